package dev.keyledger.command.ledger;

import dev.keyledger.events.OrganizationEvent;
import java.util.List;

/** What a command's handler hands back through the steps around it. */
sealed interface Outcome permits Decided, Issued {
  /** What was made true, in order; empty where it had been so before. */
  List<OrganizationEvent> events();
}
