package dev.keyledger.command.ledger;

import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.id.OrganizationId;
import java.util.List;

/** Keeps rows beside the ledger that share the fate of the events that they come from. */
public interface BesideEvents {
  /**
   * Called in the events' transaction, before they are appended.
   *
   * @param events that one command decided on, in order; may be empty
   */
  void write(OrganizationId organization, List<OrganizationEvent> events);
}
