package dev.keyledger.command.relay;

import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.id.OrganizationId;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** The committed ledger, as the relay reads it. */
interface LedgerLog {
  /**
   * @param index the place in the table: handed out before commit, unlike the event's position no
   *     order to rely on
   */
  record Entry(long index, LedgerEvent event) {}

  /**
   * One look at what is committed and not covered by the token, by ascending index.
   *
   * @throws PoisonException for an event that this release cannot read
   */
  List<Entry> after(RelayToken token, int atMost);

  /** An organisation's events below a position, in order. */
  void historyOf(OrganizationId organization, long before, Consumer<LedgerEvent> events);

  /** The highest committed index; -1 for an empty ledger. */
  long head();

  OptionalLong indexOf(OrganizationId organization, long position);
}
