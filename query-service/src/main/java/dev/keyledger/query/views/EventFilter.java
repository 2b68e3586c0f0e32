package dev.keyledger.query.views;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of history; all of it has to hold at once.
 *
 * @param sources that are asked for
 * @param marked whether each item says its source
 * @param types none for all
 * @param from first instant
 * @param to first instant that is too late
 * @param behind where the page begins
 */
record EventFilter(
    Set<Source> sources,
    boolean marked,
    @Nullable KeyId key,
    @Nullable MemberId member,
    List<String> types,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable PageStart behind,
    int limit) {

  /** Where an item comes from. */
  enum Source {
    /** Decided, for ever, in one order. */
    LEDGER,
    /** Observed, and forgotten after a while. */
    ACTIVITY
  }
}
