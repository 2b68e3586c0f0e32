package dev.keyledger.kit.receipts;

import dev.keyledger.events.Topics;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when a position of a stream is in force at every consumer that enforces. One thread follows
 * Kafka for all who wait; no caller's thread is blocked.
 */
public final class Receipts implements AutoCloseable {
  static final TopicPartition ACKS = new TopicPartition(Topics.ACKS, 0);

  private static final Logger log = LoggerFactory.getLogger(Receipts.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Evaluator evaluator;
  private final LongSupplier nanoTime;
  private final Admin admin;
  private final AckFollower follower;
  private final ExecutorService answers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("receipt-", 0).factory());

  /**
   * @param seals by which records are believed
   * @param commits where commits of the awaited streams show
   * @param maxStaleness as the consumers have it
   * @param clock for what receipts show, not for what they mean
   * @param nanoTime monotonic, in nanoseconds
   */
  public Receipts(
      KafkaSettings kafka,
      RecordSeals seals,
      CommitTopic commits,
      Duration maxStaleness,
      Clock clock,
      LongSupplier nanoTime) {
    this(kafka, seals, commits, maxStaleness, clock, nanoTime, AppliedTimes.NONE);
  }

  /** The same, for who wants to know how long things take. */
  public Receipts(
      KafkaSettings kafka,
      RecordSeals seals,
      CommitTopic commits,
      Duration maxStaleness,
      Clock clock,
      LongSupplier nanoTime,
      AppliedTimes times) {
    this.evaluator =
        new Evaluator(maxStaleness, () -> clock.instant().truncatedTo(ChronoUnit.MILLIS), times);
    this.nanoTime = nanoTime;
    this.admin = kafka.admin();
    this.follower = new AckFollower(kafka, seals, commits, this);
  }

  /** Begins to follow. Commits from before this returned are only known if a caller says so. */
  public void start() {
    follower.start();
  }

  /**
   * Completes with a receipt that is in force, or after {@code atMost} with one that is not; never
   * exceptionally. A caller who no longer cares may cancel it.
   */
  public CompletableFuture<Receipt> await(String stream, long position, Duration atMost) {
    return await(stream, position, null, atMost);
  }

  /**
   * The same.
   *
   * @param toldAt what those who follow over HTTP have to have too, of which they are told; {@code
   *     null} where nobody waits for them
   */
  public CompletableFuture<Receipt> await(
      String stream, long position, @Nullable Long toldAt, Duration atMost) {
    CompletableFuture<Receipt> answer =
        locked(() -> evaluator.await(stream, position, toldAt, nanoTime.getAsLong(), atMost))
            .answer;
    // The follower tells it in time, unless it has nothing to read: a topic may be missing.
    var late = new CompletableFuture<Boolean>();
    var unused = late.thenRunAsync(this::giveWhatIsDue, answers);
    late.completeOnTimeout(true, atMost.toNanos(), TimeUnit.NANOSECONDS);
    answer.whenComplete((receipt, failure) -> late.cancel(false));
    return answer;
  }

  /** What is known by now, without waiting; never in force, since that is for {@link #await}. */
  public Receipt soFar(String stream, long position) {
    return locked(() -> evaluator.soFar(stream, position, nanoTime.getAsLong()));
  }

  /** For a commit that the caller knows of by itself. */
  public void committed(String stream, long position) {
    locked(() -> {
      evaluator.committed(stream, position, nanoTime.getAsLong());
      return stream;
    });
  }

  /** For a position that was committed longer ago than any consumer may serve without news. */
  public void settled(String stream, long position) {
    give(locked(() -> evaluator.settled(stream, position, nanoTime.getAsLong())));
  }

  /** What the follower has polled. */
  void read(Runnable records) {
    locked(() -> {
      records.run();
      return records;
    });
  }

  /** The follower's step after a poll, then whatever follows from that and from the time. */
  void step(Runnable reached) {
    give(
        locked(() -> {
          reached.run();
          return evaluator.due(nanoTime.getAsLong());
        }));
    ask();
  }

  Evaluator evaluator() {
    return evaluator;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  boolean isAwaited() {
    return locked(evaluator::isAwaited);
  }

  private void ask() {
    Long question = locked(() -> evaluator.ask(nanoTime.getAsLong()));
    if (question == null) {
      return;
    }
    admin
        .listOffsets(Map.of(ACKS, OffsetSpec.latest()))
        .partitionResult(ACKS)
        .whenComplete((end, failure) -> {
          if (end == null) {
            log.warn("The end of {} could not be asked for", ACKS, failure);
            locked(() -> {
              evaluator.unanswered(question);
              return question;
            });
          } else {
            give(
                locked(() -> {
                  evaluator.answered(question, end.offset());
                  return evaluator.due(nanoTime.getAsLong());
                }));
          }
        });
  }

  private void giveWhatIsDue() {
    give(locked(() -> evaluator.due(nanoTime.getAsLong())));
  }

  /** Outside of the lock and of Kafka's threads: what follows an answer is the caller's. */
  private void give(List<Evaluator.Due> due) {
    for (Evaluator.Due one : due) {
      answers.execute(one::give);
    }
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    follower.close();
    admin.close(Duration.ofSeconds(2));
    give(locked(evaluator::abandon));
    answers.close();
  }
}
