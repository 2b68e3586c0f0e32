package dev.keyledger.command.relay;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** The committed ledger, as the relay reads it. */
interface LedgerLog {
  /** One look at what is committed and not covered by the token, by ascending index. */
  List<StoredEvent> after(RelayToken token, int atMost);

  /** An organisation's events from a position on and below another, in order. */
  void historyOf(String organization, long from, long before, Consumer<StoredEvent> events);

  /** An organisation's events from a position on as far as the token covers them, in order. */
  List<StoredEvent> covered(String organization, long from, RelayToken token, int atMost);

  /**
   * The transactions that have begun to append and have not ended. One that isn't named has
   * committed, and every later look shows what it did, or it never will commit: however long its
   * commit takes, a transaction keeps its lock on the table that it writes until all can see it.
   */
  Set<String> openAppends();

  /** The id of the event at an index; empty where none is committed there. */
  Optional<String> idAt(long index);

  /** The highest committed index; -1 for an empty ledger. */
  long head();

  OptionalLong indexOf(String organization, long position);
}
