package dev.keyledger.token.enforcement.access;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * The bound on how old the view is, by monotonic time alone. A question for the topics' ends is
 * answered when everything before those ends was applied; the view is then as old as the question,
 * since nothing that was there when it was asked is missing.
 */
final class AccessFreshness implements Freshness {
  private static final int PENDING = 16;

  private record Question(long askedAt, Map<TopicPartition, Long> ends) {}

  private final long bound;
  private final LongSupplier nanoTime;
  private final Map<TopicPartition, Long> applied = new HashMap<>();
  private final ArrayDeque<Question> pending = new ArrayDeque<>();
  private boolean answeredOnce;
  private boolean confirmedOnce;
  private long countsFrom;
  // Written under the lock, the answer read without one. Before the first they are long ago.
  private volatile long answeredAskedAt;
  private volatile long confirmedSentAt;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  AccessFreshness(Duration maxStaleness, LongSupplier nanoTime) {
    this.bound = maxStaleness.toNanos();
    this.nanoTime = nanoTime;
    long now = nanoTime.getAsLong();
    this.answeredAskedAt = now - Duration.ofDays(1).toNanos();
    this.confirmedSentAt = answeredAskedAt;
  }

  /**
   * @param askedAt when the question was sent, not when its answer came
   */
  synchronized void asked(long askedAt, Map<TopicPartition, Long> ends) {
    if (confirmedOnce && askedAt - countsFrom < 0) {
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
   * @param next offset of the first record of the partition that was not applied yet
   */
  synchronized void applied(TopicPartition partition, long next) {
    Long before = applied.put(partition, next);
    if (before == null || before != next) {
      settle();
    }
  }

  private void settle() {
    while (!pending.isEmpty() && isApplied(pending.getFirst())) {
      answeredAskedAt = pending.removeFirst().askedAt();
      answeredOnce = true;
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

  /**
   * Receipts stop waiting for a replica that was silent for the bound. What was reported in force
   * meanwhile may be missing here, so after a silence only a question that is asked from now on
   * counts.
   *
   * @param sentAt when an acknowledgement was sent that the broker has since confirmed
   */
  synchronized void confirmed(long sentAt) {
    long now = nanoTime.getAsLong();
    if (now - confirmedSentAt >= bound) {
      countsFrom = now;
      pending.clear();
      answeredAskedAt = now - bound;
    }
    if (!confirmedOnce || sentAt - confirmedSentAt > 0) {
      confirmedSentAt = sentAt;
      confirmedOnce = true;
    }
  }

  synchronized boolean hasBeenFresh() {
    return answeredOnce && confirmedOnce;
  }

  @Override
  public boolean isFresh() {
    return ageNanos() < bound;
  }

  @Override
  public Duration age() {
    return Duration.ofNanos(ageNanos());
  }

  private long ageNanos() {
    // The clock is read last, so that neither instant can lie after it.
    long answered = answeredAskedAt;
    long confirmed = confirmedSentAt;
    long now = nanoTime.getAsLong();
    return Math.max(now - answered, now - confirmed);
  }
}
