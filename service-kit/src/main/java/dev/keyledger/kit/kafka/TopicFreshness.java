package dev.keyledger.kit.kafka;

import dev.keyledger.client.revocations.Freshness;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The bound on how old a view of some partitions is, by monotonic time alone. A question for their
 * ends is answered once everything before those ends was applied; the view is then as old as the
 * question, since nothing that was there when it was asked is missing.
 */
public final class TopicFreshness {
  private static final int PENDING = 16;

  /**
   * A question for the ends of the partitions, as it is asked.
   *
   * @param applied what was applied by then: no end of the same topic can lie before it
   */
  public record Question(long askedAt, Map<TopicPartition, Long> applied) {}

  private record Ends(long askedAt, Map<TopicPartition, Long> ends) {}

  private final Freshness freshness;
  private final LongSupplier nanoTime;
  private final Map<TopicPartition, Long> applied = new HashMap<>();
  private final Map<TopicPartition, Uuid> read = new HashMap<>();
  private final ArrayDeque<Ends> pending = new ArrayDeque<>();
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
   * To be called before the first record of these is applied.
   *
   * @param topics which are read under their names: what was applied of another one counts no more
   * @return whether any of them is another than before, or the first
   */
  public synchronized boolean reads(Set<TopicPartition> partitions, Map<String, Uuid> topics) {
    boolean others = false;
    for (TopicPartition partition : partitions) {
      Uuid topic = topics.get(partition.topic());
      if (topic != null && !topic.equals(read.put(partition, topic))) {
        applied.remove(partition);
        others = true;
      }
    }
    if (others) {
      startOver();
    }
    return others;
  }

  /** Whether that is so of every topic that is read, and any is. */
  public synchronized boolean allRead(BiPredicate<String, Uuid> condition) {
    return !read.isEmpty()
        && read.entrySet().stream()
            .allMatch(one -> condition.test(one.getKey().topic(), one.getValue()));
  }

  /** To be called before the ends are asked for. */
  public synchronized Question question() {
    return new Question(nanoTime.getAsLong(), Map.copyOf(applied));
  }

  /**
   * An answer about other topics than are read, or about one that was set back meanwhile, makes the
   * view stale until its reading has begun anew.
   *
   * @param ends of all partitions, of what is not yet committed too
   * @param topics whose ends they are
   */
  public synchronized void answered(
      Question question, Map<TopicPartition, Long> ends, Map<String, Uuid> topics) {
    boolean setBack =
        ends.entrySet().stream()
            .anyMatch(end ->
                end.getValue() < question.applied().getOrDefault(end.getKey(), Long.MIN_VALUE));
    boolean others =
        ends.keySet().stream()
            .anyMatch(one -> !Objects.equals(read.get(one), topics.get(one.topic())));
    if (setBack || others) {
      startOver();
    } else {
      asked(question.askedAt(), ends);
    }
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
    pending.addLast(new Ends(askedAt, Map.copyOf(ends)));
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

  /** How far a topic was applied; {@code null} where that isn't known of all its partitions. */
  public synchronized @Nullable TopicMark applied(String topic, int partitions) {
    var ends = new ArrayList<Long>();
    Uuid id = null;
    for (int number = 0; number < partitions; number++) {
      var partition = new TopicPartition(topic, number);
      Long next = applied.get(partition);
      Uuid one = read.get(partition);
      if (next == null || one == null || id != null && !id.equals(one)) {
        return null;
      }
      id = one;
      ends.add(next);
    }
    return id == null ? null : new TopicMark(id.toString(), ends);
  }

  private void settle() {
    while (!pending.isEmpty() && isApplied(pending.getFirst())) {
      freshness.confirm(pending.removeFirst().askedAt());
    }
  }

  private boolean isApplied(Ends question) {
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
