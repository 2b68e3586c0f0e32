package dev.keyledger.kit.receipts;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Up to when all is known that was said on {@code acks.v1}: its end was asked for then, and what
 * stands before that end has been read. Not thread-safe.
 */
final class AcksKnown {
  /** Any later one tells as much. */
  private static final int OPEN_AT_MOST = 1_000;

  private final Map<Long, Question> open =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Question> eldest) {
          return size() > OPEN_AT_MOST;
        }
      };

  private long questions;
  private long read;
  private @Nullable Long until;

  /**
   * @param readThen how far it was read when this was asked
   * @param end {@code null} until it is answered
   */
  private record Question(long askedAt, long readThen, @Nullable Long end) {}

  /** Another topic is read than before: its ends say nothing of this one. */
  void begins() {
    open.clear();
    read = 0;
    until = null;
  }

  void readUpTo(long offset) {
    read = offset;
    settle();
  }

  /** The number of a question for the end, which is to be asked now. */
  long ask(long now) {
    open.put(++questions, new Question(now, read, null));
    return questions;
  }

  /** Whether it was asked then or later, and there will be an answer. */
  boolean isAskedSince(long instant) {
    return reaches(instant) || open.values().stream().anyMatch(one -> one.askedAt - instant >= 0);
  }

  void answered(long number, long end) {
    Question one = open.get(number);
    if (one == null) {
      return;
    }
    if (end < one.readThen) {
      // Another topic, or an older state of it: the end says nothing of what was read.
      open.remove(number);
    } else {
      open.put(number, new Question(one.askedAt, one.readThen, end));
      settle();
    }
  }

  /** There will be no answer. */
  void unanswered(long number) {
    open.remove(number);
  }

  private void settle() {
    open.values()
        .removeIf(one -> {
          boolean known = one.end != null && read >= one.end;
          if (known && (until == null || one.askedAt - until > 0)) {
            until = one.askedAt;
          }
          return known;
        });
  }

  /** Whether all is known that had been said by then. */
  boolean reaches(long instant) {
    return until != null && until - instant >= 0;
  }

  /** By the monotonic clock; {@code null} while nothing is known. */
  @Nullable Long until() {
    return until;
  }
}
