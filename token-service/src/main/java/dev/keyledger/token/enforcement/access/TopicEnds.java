package dev.keyledger.token.enforcement.access;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Kafka again and again for the ends of the partitions. Read uncommitted: what a transaction
 * has written and not yet committed may be a revocation too, so it has to be waited for.
 */
final class TopicEnds implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TopicEnds.class);
  private static final int ANSWER_WITHIN_MILLIS = 1_000;

  private final Admin admin;
  private final Map<TopicPartition, OffsetSpec> question = new HashMap<>();
  private final AccessFreshness freshness;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("topic-ends").factory());
  private boolean failing;

  TopicEnds(
      Admin admin,
      Collection<TopicPartition> partitions,
      AccessFreshness freshness,
      LongSupplier nanoTime) {
    this.admin = admin;
    this.freshness = freshness;
    this.nanoTime = nanoTime;
    partitions.forEach(partition -> question.put(partition, OffsetSpec.latest()));
  }

  void askEvery(Duration interval) {
    var unused =
        scheduler.scheduleWithFixedDelay(this::ask, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void ask() {
    try {
      long askedAt = nanoTime.getAsLong();
      var options =
          new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED).timeoutMs(ANSWER_WITHIN_MILLIS);
      var ends = new HashMap<TopicPartition, Long>();
      admin
          .listOffsets(question, options)
          .all()
          .get(2L * ANSWER_WITHIN_MILLIS, TimeUnit.MILLISECONDS)
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      freshness.asked(askedAt, ends);
      failing = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | java.util.concurrent.TimeoutException | RuntimeException e) {
      if (!failing) {
        log.error("Kafka does not say where its topics end: {}", e.toString());
      }
      failing = true;
    }
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
    admin.close(Duration.ofSeconds(1));
  }
}
