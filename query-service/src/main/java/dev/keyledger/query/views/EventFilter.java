package dev.keyledger.query.views;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.SessionId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of history; all of it has to hold at once.
 *
 * @param sources that are asked for
 * @param marked whether each item says its source
 * @param key with what changed its power
 * @param member as actor or as subject
 * @param types none for all
 * @param from first instant
 * @param to first instant that is too late
 * @param words as in a search box: quotes, {@code or}, and {@code -} in front of what must not be
 *     there
 * @param newestFirst or oldest first
 * @param behind where the page begins
 */
record EventFilter(
    Set<Source> sources,
    boolean marked,
    @Nullable KeyId key,
    @Nullable MemberId member,
    @Nullable ByActor actor,
    @Nullable SessionId session,
    @Nullable String requestId,
    List<String> types,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable String words,
    boolean newestFirst,
    @Nullable PageStart behind,
    int limit) {

  /**
   * All of one source.
   *
   * @param behind position of the ledger's
   */
  static EventFilter oldestFirst(Source source, @Nullable Long behind, int limit) {
    return new EventFilter(
        Set.of(source),
        false,
        null,
        null,
        null,
        null,
        null,
        List.of(),
        null,
        null,
        null,
        false,
        new PageStart(behind, null),
        limit);
  }

  /** Where an item comes from. */
  enum Source {
    /** Decided, for ever, in one order. */
    LEDGER,
    /** Observed, and forgotten after a while. */
    ACTIVITY
  }

  /** Who did it: a member, or all of a kind. */
  sealed interface ByActor {
    record OneMember(MemberId id) implements ByActor {}

    /**
     * @param kind {@code operator} or {@code system}
     */
    record OfKind(String kind) implements ByActor {}

    static ByActor parse(String text) {
      return text.equals("operator") || text.equals("system")
          ? new OfKind(text)
          : new OneMember(Parameters.id("actor", text, MemberId::new));
    }
  }

  /** The same, with another size of a page. */
  EventFilter of(int another) {
    return new EventFilter(
        sources,
        marked,
        key,
        member,
        actor,
        session,
        requestId,
        types,
        from,
        to,
        words,
        newestFirst,
        behind,
        another);
  }

  /** Whether an index leads to few events, in most cases. */
  boolean isNarrow() {
    return key != null
        || member != null
        || session != null
        || requestId != null
        || actor instanceof ByActor.OneMember;
  }

  /**
   * @param oldestFirst from low to high
   */
  <T> Comparator<T> inItsOrder(Comparator<T> oldestFirst) {
    return newestFirst ? oldestFirst.reversed() : oldestFirst;
  }

  String direction() {
    return newestFirst ? " desc" : "";
  }

  /** What lies behind the start of the page. */
  String behindIt() {
    return newestFirst ? " < " : " > ";
  }
}
