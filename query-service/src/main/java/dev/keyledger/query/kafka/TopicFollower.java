package dev.keyledger.query.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one topic on a thread of its own: takes its share of the partitions from the consumer
 * group, starts each where the target says, and hands over what it polls, a poll at a time. After
 * any failure it goes back to where the target says, as often as it takes: what was polled and not
 * applied is polled again, and nothing is skipped.
 */
public final class TopicFollower<K, V> {
  private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration AFTER_FAILURE = Duration.ofMillis(500);

  /** Applies records and remembers, with what came of them, how far it has applied a partition. */
  public interface Target<K, V> {
    /** Where each partition goes on; one that is not named begins at 0. */
    Map<Integer, Long> nextOffsets() throws Exception;

    /**
     * Applies the records and stores the offsets with them, or does neither. A partition may have
     * offsets and no record: markers of transactions take offsets too.
     *
     * @param nextOffsets where each polled partition goes on behind these records
     */
    void apply(ConsumerRecords<K, V> records, Map<Integer, Long> nextOffsets) throws Exception;

    /**
     * The topic doesn't hold any more what comes next.
     *
     * @param beginnings what it still holds, of the partitions that lost records
     * @return whether the target goes on there, and has stored it; {@code false} when it must not
     *     miss anything: the follower then asks again and says so by {@link #hasLostRecords}
     */
    boolean skipTo(Map<Integer, Long> beginnings) throws Exception;

    /** Whether this failure says that the target is gone for good: the follower ends. */
    boolean isGone(Exception failure);
  }

  private final String name;
  private final String topic;
  private final Target<K, V> target;
  private final Supplier<? extends Consumer<K, V>> consumers;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable Consumer<K, V> current;
  private volatile boolean lostRecords;

  /**
   * @param name of the thread and in the log
   * @param consumers of one group, with {@code auto.offset.reset=none}; asked on the follower's
   *     thread, and again when one can't be made
   */
  public TopicFollower(
      String name,
      String topic,
      Target<K, V> target,
      Supplier<? extends Consumer<K, V>> consumers) {
    this.name = name;
    this.topic = topic;
    this.target = target;
    this.consumers = consumers;
    this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Whether its thread is at work; {@code false} before its start and once it has ended. */
  public boolean isRunning() {
    return thread.isAlive();
  }

  /**
   * Whether the topic has lost what comes next: a restored or recreated topic, or a late reader.
   */
  public boolean hasLostRecords() {
    return lostRecords;
  }

  /** Asks it to end, and doesn't wait. */
  public void signalStop() {
    stop.countDown();
    Consumer<K, V> consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  /** Asks it to end, and waits for that long at most. */
  public void stop(Duration patience) throws InterruptedException {
    signalStop();
    thread.join(patience);
  }

  private void run() {
    while (!stopsWithin(Duration.ZERO)) {
      try (Consumer<K, V> consumer = consumers.get()) {
        current = consumer;
        follow(consumer);
      } catch (WakeupException | InterruptException e) {
        log.debug("{}: woken to stop", name);
        return;
      } catch (RuntimeException e) {
        log.warn("{}: begins anew after {}", name, e.getClass().getSimpleName());
        boolean unused = stopsWithin(AFTER_FAILURE);
      } finally {
        current = null;
      }
    }
  }

  private void follow(Consumer<K, V> consumer) {
    consumer.subscribe(List.of(topic), new StartWhereStored(consumer));
    while (!stopsWithin(Duration.ZERO)) {
      try {
        pollAndApply(consumer);
        lostRecords = false;
      } catch (WakeupException | InterruptException e) {
        throw e;
      } catch (Exception e) {
        recover(consumer, e);
      }
    }
  }

  private void pollAndApply(Consumer<K, V> consumer) throws Exception {
    ConsumerRecords<K, V> polled = consumer.poll(POLL);
    // Markers of transactions move an offset without any record.
    if (!polled.nextOffsets().isEmpty()) {
      Map<Integer, Long> next = new HashMap<>();
      polled.nextOffsets().forEach((p, offset) -> next.put(p.partition(), offset.offset()));
      target.apply(polled, next);
    }
  }

  private void recover(Consumer<K, V> consumer, Exception failure) {
    Exception last = failure;
    do {
      if (target.isGone(last)) {
        log.info("{}: what it applied to is gone, it ends", name);
        stop.countDown();
        return;
      }
      try {
        if (last instanceof OffsetOutOfRangeException lost) {
          skip(consumer, lost);
        } else {
          log.warn("{}: failed and tries again: {}", name, last.getClass().getSimpleName());
        }
        if (stopsWithin(AFTER_FAILURE)) {
          return;
        }
        seek(consumer, consumer.assignment());
        return;
      } catch (WakeupException | InterruptException e) {
        throw e;
      } catch (Exception e) {
        last = e;
      }
    } while (!stopsWithin(AFTER_FAILURE));
  }

  private void skip(Consumer<K, V> consumer, OffsetOutOfRangeException lost) throws Exception {
    Map<Integer, Long> beginnings = new HashMap<>();
    consumer
        .beginningOffsets(lost.partitions())
        .forEach((p, offset) -> beginnings.put(p.partition(), offset));
    if (target.skipTo(beginnings)) {
      log.warn("{}: {} has forgotten records before they were read, they are skipped", name, topic);
    } else {
      lostRecords = true;
      log.error("{}: {} doesn't hold what follows on what was applied", name, topic);
    }
  }

  private void seek(Consumer<K, V> consumer, Collection<TopicPartition> partitions)
      throws Exception {
    if (!partitions.isEmpty()) {
      Map<Integer, Long> stored = target.nextOffsets();
      partitions.forEach(p -> consumer.seek(p, stored.getOrDefault(p.partition(), 0L)));
    }
  }

  private final class StartWhereStored implements ConsumerRebalanceListener {
    private final Consumer<K, V> consumer;

    StartWhereStored(Consumer<K, V> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      try {
        seek(consumer, partitions);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new OffsetsUnreadableException(e);
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // Nothing is kept between polls: the next reader starts where the target says.
    }
  }

  /** Thrown through the Kafka client's rebalance, which otherwise would poll from nowhere. */
  private static final class OffsetsUnreadableException extends RuntimeException {
    OffsetsUnreadableException(Exception cause) {
      super(cause);
    }
  }

  private boolean stopsWithin(Duration patience) {
    try {
      return stop.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
