package dev.keyledger.command.ledger;

import dev.keyledger.command.organization.OrganizationCommand;

/** Keeps rows beside the ledger that share the fate of the events that they come from. */
public interface BesideEvents {
  /**
   * Called in the events' transaction, before they are appended.
   *
   * @param outcome with the events that the command decided on, in order; there may be none
   */
  void write(OrganizationCommand command, Outcome outcome);
}
