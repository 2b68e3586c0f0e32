package dev.keyledger.kit.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows partitions on a thread of its own: begins each where its target says, and hands over what
 * it polls, a poll at a time. After any failure it asks the target again where to go on, and polls
 * nothing before it is there: what was polled and not applied is polled again, and nothing is
 * skipped. A topic that was made anew under its name, or set back to an older state of itself, is
 * told to the target, which begins anew. The thread ends when it is told to, or when its target is
 * gone, and for no other reason: not for an {@link Error} either, nor for a failure to tell of a
 * failure.
 */
public final class TopicFollower<K, V> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration AFTER_FAILURE = Duration.ofMillis(500);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** Who applies what is read. Everything here is called on the follower's thread alone. */
  public interface Target<K, V> {
    /**
     * Where each of these partitions begins or goes on; asked again after every failure, and when a
     * name has come to stand for another topic.
     *
     * @param topics the ids behind the names: an offset that was kept of another one is none
     */
    Map<TopicPartition, StartingPoint> startOf(
        Set<TopicPartition> partitions, Map<String, Uuid> topics) throws Exception;

    /**
     * Applies the records and keeps the offsets with what came of them, or does neither, or can
     * apply them once more. A partition may have an offset and no record: markers of transactions
     * take offsets too.
     *
     * @param next where each polled partition goes on behind these records
     */
    void apply(ConsumerRecords<K, V> records, Map<TopicPartition, Long> next) throws Exception;

    /**
     * The step after each poll, with or without records, and before the first.
     *
     * @param positions of all partitions that are followed now: what lies before them was applied,
     *     or lies before where the reading began
     */
    default void reached(Map<TopicPartition, Long> positions) throws Exception {}

    /**
     * The topic doesn't hold any more what comes next.
     *
     * @param beginnings what it still holds, of the partitions that lost records
     * @return whether the target goes on there, and has kept it; {@code false} when it must not
     *     miss anything: the follower then asks again and says so by {@link #hasLostRecords}
     */
    boolean skipTo(Map<TopicPartition, Long> beginnings) throws Exception;

    /**
     * The topic ends before what comes next, or has other records there: it was set back to an
     * older state of itself. The target forgets the offsets that it kept of these partitions.
     *
     * @param beginnings what the topic holds now
     */
    default void setBackTo(Map<TopicPartition, Long> beginnings) throws Exception {
      boolean unused = skipTo(beginnings);
    }

    /** Whether this failure says that the target is gone for good: the follower then ends. */
    default boolean isGone(Throwable failure) {
      return false;
    }

    /** For how long a poll waits for records. */
    default Duration pollFor() {
      return Duration.ofMillis(200);
    }
  }

  private sealed interface Source {
    record Shared(String topic) implements Source {}

    record Assigned(List<TopicPartition> partitions) implements Source {}
  }

  private final String name;
  private final Source source;
  private final Target<K, V> target;
  private final TopicIds topicIds;
  private final Supplier<? extends Consumer<K, V>> consumers;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private Map<String, Uuid> topics = Map.of();
  private @Nullable CompletableFuture<Map<String, Uuid>> asking;
  private long askedAt;
  private volatile @Nullable Consumer<K, V> current;
  private volatile boolean failing;
  private volatile boolean lostRecords;

  private TopicFollower(
      String name,
      Source source,
      Target<K, V> target,
      TopicIds topicIds,
      Supplier<? extends Consumer<K, V>> consumers) {
    this.name = name;
    this.source = source;
    this.target = target;
    this.topicIds = topicIds;
    this.consumers = consumers;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /**
   * Takes its share of a topic's partitions from the consumer group.
   *
   * @param name of the thread and in the log
   * @param topicIds asked now and then which topic the name stands for
   * @param consumers of one group, as {@link KafkaSettings#follower} sets them up; asked on the
   *     follower's thread, again when one can't be made, and again after one has failed
   */
  public static <K, V> TopicFollower<K, V> shared(
      String name,
      String topic,
      Target<K, V> target,
      TopicIds topicIds,
      Supplier<? extends Consumer<K, V>> consumers) {
    return new TopicFollower<>(name, new Source.Shared(topic), target, topicIds, consumers);
  }

  /**
   * Reads these partitions, whichever other replicas do.
   *
   * @param name of the thread and in the log
   * @param topicIds asked now and then which topics the names stand for
   * @param consumers as {@link KafkaSettings#follower} sets them up; asked on the follower's
   *     thread, again when one can't be made, and again after one has failed
   */
  public static <K, V> TopicFollower<K, V> of(
      String name,
      List<TopicPartition> partitions,
      Target<K, V> target,
      TopicIds topicIds,
      Supplier<? extends Consumer<K, V>> consumers) {
    return new TopicFollower<>(
        name, new Source.Assigned(List.copyOf(partitions)), target, topicIds, consumers);
  }

  public void start() {
    thread.start();
  }

  /** Whether its thread is at work; {@code false} before its start and once it has ended. */
  public boolean isRunning() {
    return thread.isAlive();
  }

  /** Whether its last attempt failed, so that it is behind and trying again. */
  public boolean isFailing() {
    return failing;
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

  /** Asks it to end, waits for that long at most, and interrupts what it does by then. */
  public void stop(Duration patience) throws InterruptedException {
    signalStop();
    if (thread.isAlive() && !thread.join(patience)) {
      thread.interrupt();
    }
  }

  /** As {@link #stop}, with five seconds. */
  @Override
  public void close() {
    try {
      stop(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!isStopping()) {
      try {
        attempt();
      } catch (Throwable untold) {
        // Even the telling of a failure has failed, for want of memory say: nothing that could
        // fail once more is done here.
        failing = true;
        LockSupport.parkNanos(AFTER_FAILURE.toNanos());
      }
    }
  }

  private void attempt() {
    try (Consumer<K, V> consumer = consumers.get()) {
      current = consumer;
      positions.clear();
      follow(consumer);
    } catch (Throwable failure) {
      if (!isStopping()) {
        failed(failure, "begins anew with another consumer");
      }
    } finally {
      current = null;
    }
  }

  private void follow(Consumer<K, V> consumer) {
    switch (source) {
      case Source.Shared shared ->
          consumer.subscribe(List.of(shared.topic()), new StartWhereTold(consumer));
      case Source.Assigned assigned -> consumer.assign(assigned.partitions());
    }
    boolean placed = false;
    while (!isStopping()) {
      try {
        if (!placed) {
          place(consumer, consumer.assignment());
          placed = true;
        }
        pollAndApply(consumer);
        placed = !wereMadeAnew();
        goesOn();
      } catch (RuntimeException e) {
        placed = false;
        recover(consumer, e);
      }
    }
  }

  private void pollAndApply(Consumer<K, V> consumer) {
    ConsumerRecords<K, V> polled = consumer.poll(target.pollFor());
    // Markers of transactions move an offset without any record.
    if (!polled.nextOffsets().isEmpty()) {
      Map<TopicPartition, Long> next = new HashMap<>();
      polled.nextOffsets().forEach((partition, offset) -> next.put(partition, offset.offset()));
      asked(() -> {
        target.apply(polled, Collections.unmodifiableMap(next));
        return next;
      });
      positions.putAll(next);
    }
    reached();
  }

  private void place(Consumer<K, V> consumer, Collection<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      return;
    }
    var wanted = Set.copyOf(partitions);
    Map<String, Uuid> found = asked(() -> topicIds.ask(namesOf(wanted)).get());
    Map<TopicPartition, StartingPoint> points = asked(() -> target.startOf(wanted, found));
    // Of a share that has grown, the others are placed anew too once this is looked at again.
    if (topics.isEmpty() || wanted.equals(consumer.assignment())) {
      topics = found;
    }
    if (!points.keySet().equals(wanted)) {
      throw new TargetFailure(new IllegalStateException("not every partition has a start"));
    }
    Map<TopicPartition, Long> offsets = StartingPoint.offsets(consumer, points);
    offsets.forEach(consumer::seek);
    positions.putAll(offsets);
    reached();
  }

  private static Set<String> namesOf(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::topic).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Looks now and then, without waiting, whether other topics have come to bear these names.
   *
   * @throws MissingTopicException when one of the names has no topic
   */
  private boolean wereMadeAnew() {
    CompletableFuture<Map<String, Uuid>> answer = asking;
    if (answer == null) {
      if (!topics.isEmpty() && System.nanoTime() - askedAt >= LOOK_EVERY.toNanos()) {
        askedAt = System.nanoTime();
        asking = topicIds.ask(topics.keySet());
      }
      return false;
    }
    if (!answer.isDone()) {
      return false;
    }
    asking = null;
    if (answer.isCompletedExceptionally()) {
      if (isMissing(answer)) {
        throw new MissingTopicException();
      }
      // Kafka doesn't say: what is read meanwhile fails by itself.
      return false;
    }
    if (answer.join().equals(topics)) {
      return false;
    }
    log.warn("{}: a topic was made anew under its name, its reading begins anew", name);
    return true;
  }

  private static boolean isMissing(CompletableFuture<?> answer) {
    Throwable failure = answer.exceptionNow();
    return failure instanceof UnknownTopicOrPartitionException
        || failure.getCause() instanceof UnknownTopicOrPartitionException;
  }

  private void reached() {
    asked(() -> {
      target.reached(Collections.unmodifiableMap(positions));
      return positions;
    });
  }

  /**
   * A failure of the target leaves the consumer as it is, and its share of the group: it is only
   * sought back. Any other is taken for one of the consumer, which is thrown away.
   */
  private void recover(Consumer<K, V> consumer, RuntimeException failure) {
    TargetFailure ofTarget = TargetFailure.in(failure);
    if (ofTarget != null) {
      Throwable cause = ofTarget.getCause();
      if (cause != null && target.isGone(cause)) {
        log.info("{}: what it applied to is gone, it ends", name);
        stop.countDown();
        return;
      }
      failed(ofTarget, "goes back to what was applied");
    } else if (failure instanceof OffsetOutOfRangeException lost) {
      skip(consumer, lost);
    } else if (failure instanceof MissingTopicException missing) {
      failed(missing, "waits until all of " + topics.keySet() + " are there");
    } else {
      throw failure;
    }
  }

  private void skip(Consumer<K, V> consumer, OffsetOutOfRangeException lost) {
    Map<TopicPartition, Long> forgotten = consumer.beginningOffsets(lost.partitions());
    Map<TopicPartition, Long> setBack = new HashMap<>(forgotten);
    Map<TopicPartition, Long> wanted = lost.offsetOutOfRangePartitions();
    setBack.entrySet().removeIf(one -> wanted.getOrDefault(one.getKey(), 0L) < one.getValue());
    forgotten.keySet().removeAll(setBack.keySet());
    try {
      if (!setBack.isEmpty()) {
        asked(() -> {
          target.setBackTo(setBack);
          return setBack;
        });
        log.warn("{}: {} were set back, their reading begins anew", name, setBack.keySet());
      }
      if (forgotten.isEmpty() || asked(() -> target.skipTo(forgotten))) {
        if (!forgotten.isEmpty()) {
          log.warn(
              "{}: {} forgot records before they were read, they are skipped",
              name,
              forgotten.keySet());
        }
        rest();
        return;
      }
    } catch (TargetFailure e) {
      failed(e, "goes back to what was applied");
      return;
    }
    lostRecords = true;
    failed(lost, "doesn't find what follows on what was applied");
  }

  private void goesOn() {
    lostRecords = false;
    if (failing) {
      failing = false;
      log.info("{}: goes on", name);
    }
  }

  /** Tells of the first of a row of failures; never its message, which may repeat what was read. */
  private void failed(Throwable failure, String consequence) {
    boolean first = !failing;
    failing = true;
    if (first) {
      log.warn("{}: {} after {}", name, consequence, classesOf(failure));
    }
    log.debug("{}: {}", name, consequence, failure);
    rest();
  }

  private static String classesOf(Throwable failure) {
    var told = new StringBuilder();
    Throwable one = failure instanceof TargetFailure ? failure.getCause() : failure;
    for (int depth = 0; one != null && depth < 5; depth++, one = one.getCause()) {
      StackTraceElement[] trace = one.getStackTrace();
      told.append(depth == 0 ? "" : ", of ").append(one.getClass().getSimpleName());
      told.append(trace.length == 0 ? "" : " at " + trace[0]);
    }
    return told.toString();
  }

  private boolean isStopping() {
    return stop.getCount() == 0;
  }

  /** An interrupt is not the way to end this thread: it shortens a rest, and is over. */
  private void rest() {
    boolean unused = Thread.interrupted();
    try {
      var unusedToo = stop.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      log.debug("{}: woken from its rest", name);
    }
  }

  private interface Question<T> {
    T ask() throws Exception;
  }

  private static <T> T asked(Question<T> question) {
    try {
      return question.ask();
    } catch (Throwable failure) {
      throw new TargetFailure(failure);
    }
  }

  /** Thrown through the Kafka client's rebalance too, which otherwise would poll from nowhere. */
  private static final class TargetFailure extends RuntimeException {
    TargetFailure(Throwable cause) {
      super(cause.getClass().getSimpleName(), cause);
    }

    static @Nullable TargetFailure in(Throwable failure) {
      for (Throwable one = failure; one != null; one = one.getCause()) {
        if (one instanceof TargetFailure found) {
          return found;
        }
      }
      return null;
    }
  }

  /**
   * A poll would ask for the records of a topic that is missing thousands of times a second, and
   * log each time. Until the topic is there again its place alone is asked for.
   */
  private static final class MissingTopicException extends RuntimeException {
    MissingTopicException() {
      super("a topic is missing", null, false, false);
    }
  }

  private final class StartWhereTold implements ConsumerRebalanceListener {
    private final Consumer<K, V> consumer;

    StartWhereTold(Consumer<K, V> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      place(consumer, partitions);
    }

    /** Nothing is kept between polls: the next reader starts where its target says. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      positions.keySet().removeAll(partitions);
    }
  }
}
