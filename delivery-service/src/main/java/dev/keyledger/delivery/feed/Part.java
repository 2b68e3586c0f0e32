package dev.keyledger.delivery.feed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is held of one partition. Written by one thread, read by many; guarded by itself. */
final class Part {
  private static final long UNKNOWN = -1;

  private final Map<String, Tail> byOrganization = new HashMap<>();
  private final Tail all = new Tail();

  /** Of what could be anybody's. */
  private final Tail everybodys = new Tail();

  private long start = UNKNOWN;
  private long next = UNKNOWN;

  /** Nothing of it is known any more. */
  synchronized void clear() {
    byOrganization.clear();
    all.forgetBefore(Long.MAX_VALUE);
    everybodys.forgetBefore(Long.MAX_VALUE);
    start = UNKNOWN;
    next = UNKNOWN;
  }

  /**
   * @param organization whose it is; {@code null} for a session of nobody's organisation
   * @param isEverybodys whether it could be any organisation's
   * @return whether it is new: the same is read once more after a failure
   */
  synchronized boolean add(FeedEntry entry, @Nullable String organization, boolean isEverybodys) {
    if (next != UNKNOWN && entry.offset() < next) {
      return false;
    }
    if (start == UNKNOWN) {
      start = entry.offset();
    }
    next = entry.offset() + 1;
    all.add(entry);
    if (isEverybodys) {
      everybodys.add(entry);
    } else if (organization != null) {
      byOrganization.computeIfAbsent(organization, id -> new Tail()).add(entry);
    }
    return true;
  }

  /** All before that offset was read; it may lie behind the last record. */
  synchronized void reached(long position) {
    if (start == UNKNOWN) {
      start = position;
    }
    next = Math.max(next, position);
  }

  /** Behind the last that was read; -1 while nothing is known of it. */
  synchronized long end() {
    return next;
  }

  /** Whether it has everything from that offset on, or will have. */
  synchronized boolean holds(long offset) {
    return start != UNKNOWN && offset >= start;
  }

  /**
   * @param entries up to as many as were asked for
   * @param next the first offset that they don't tell of
   * @param whole whether all that was read up to there is known to whoever has them: a follower
   *     that comes from further on knows more than this replica
   */
  record Piece(List<FeedEntry> entries, long next, boolean more, boolean whole) {}

  /**
   * {@code null} while nothing is known of it.
   *
   * @param after {@code null} for from the beginning
   */
  synchronized @Nullable Piece of(@Nullable String organization, @Nullable Long after, int atMost) {
    if (start == UNKNOWN) {
      return null;
    }
    long from = after == null ? start : after;
    if (atMost == 0) {
      return new Piece(List.of(), from, true, true);
    }
    List<FeedEntry> found = new ArrayList<>();
    if (organization == null) {
      found.addAll(all.from(from, atMost + 1));
    } else {
      Tail own = byOrganization.get(organization);
      if (own != null) {
        found.addAll(own.from(from, atMost + 1));
      }
      if (!everybodys.isEmpty()) {
        found.addAll(everybodys.from(from, atMost + 1));
        found.sort(Comparator.comparingLong(FeedEntry::offset));
      }
    }
    if (found.size() > atMost) {
      return new Piece(found.subList(0, atMost), found.get(atMost).offset(), true, true);
    }
    // A follower that another replica has told more goes on from there.
    return new Piece(found, Math.max(from, next), false, from <= next);
  }

  /** Leaves out what matters to no token any more, up to the first that does. */
  synchronized void forgetWhatMatteredUntil(long instant) {
    long kept = all.behindThoseThatMatteredUntil(instant, start);
    start = kept;
    all.forgetBefore(kept);
    everybodys.forgetBefore(kept);
    byOrganization
        .values()
        .removeIf(tail -> {
          tail.forgetBefore(kept);
          return tail.isEmpty();
        });
  }

  synchronized int size() {
    return all.size();
  }
}
