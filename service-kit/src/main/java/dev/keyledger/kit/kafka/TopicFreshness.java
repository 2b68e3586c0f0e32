package dev.keyledger.kit.kafka;

import dev.keyledger.client.revocations.Freshness;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * The bound on how old a view of some partitions is, by monotonic time alone. A question for their
 * ends is answered once everything before those ends was applied; the view is then as old as the
 * question, since nothing that was there when it was asked is missing.
 */
public final class TopicFreshness {
  private static final int PENDING = 16;

  private record Question(long askedAt, Map<TopicPartition, Long> ends) {}

  private final Freshness freshness;
  private final LongSupplier nanoTime;
  private final Map<TopicPartition, Long> applied = new HashMap<>();
  private final ArrayDeque<Question> pending = new ArrayDeque<>();
  private boolean countsFromSet;
  private long countsFrom;

  /**
   * @param maxStaleness for how long a question that was answered keeps the view fresh
   * @param nanoTime as {@link System#nanoTime}
   */
  public TopicFreshness(Duration maxStaleness, LongSupplier nanoTime) {
    this.freshness = new Freshness(maxStaleness, nanoTime);
    this.nanoTime = nanoTime;
  }

  /**
   * @param askedAt when the question was sent, not when its answer came
   * @param ends of all partitions, of what is not yet committed too
   */
  public synchronized void asked(long askedAt, Map<TopicPartition, Long> ends) {
    if (countsFromSet && askedAt - countsFrom < 0) {
      return;
    }
    // Older questions than these, unanswered, could make no view fresh any more.
    if (pending.size() == PENDING) {
      pending.removeFirst();
    }
    pending.addLast(new Question(askedAt, Map.copyOf(ends)));
    settle();
  }

  /**
   * @param positions of partitions: of the first record of each that was not applied yet
   */
  public synchronized void applied(Map<TopicPartition, Long> positions) {
    boolean moved = false;
    for (Map.Entry<TopicPartition, Long> position : positions.entrySet()) {
      Long before = applied.put(position.getKey(), position.getValue());
      moved |= !position.getValue().equals(before);
    }
    if (moved) {
      settle();
    }
  }

  private void settle() {
    while (!pending.isEmpty() && isApplied(pending.getFirst())) {
      freshness.confirm(pending.removeFirst().askedAt());
    }
  }

  private boolean isApplied(Question question) {
    for (Map.Entry<TopicPartition, Long> end : question.ends().entrySet()) {
      // A partition of which no record was read counts as read up to where it was begun.
      Long next = applied.get(end.getKey());
      if (next == null || next < end.getValue()) {
        return false;
      }
    }
    return true;
  }

  /** From now on it is stale until a question is answered that was asked from now on. */
  public synchronized void startOver() {
    countsFrom = nanoTime.getAsLong();
    countsFromSet = true;
    pending.clear();
    freshness.lapse();
  }

  public boolean isFresh() {
    return freshness.isFresh();
  }

  /** Whether it has ever been fresh, startings over included. */
  public boolean wasEverFresh() {
    return freshness.wasEverFresh();
  }

  /** Since the last question was asked that has been answered; a very long time where none is. */
  public long ageNanos() {
    return freshness.ageNanos();
  }
}
