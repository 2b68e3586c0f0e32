package dev.keyledger.kit.kafka;

import dev.keyledger.kit.rounds.Recurring;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Kafka again and again for the ends of the partitions. Read uncommitted: what a transaction
 * has written and not yet committed may be a revocation too, so it has to be waited for.
 */
public final class EndsOfTopics implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EndsOfTopics.class);
  private static final int ANSWER_WITHIN_MILLIS = 1_000;
  private static final Duration TWICE_A_SECOND = Duration.ofMillis(500);

  private final Supplier<Admin> admins;
  private final Map<TopicPartition, OffsetSpec> question = new HashMap<>();
  private final TopicFreshness freshness;
  private final Set<String> names;
  private final ScheduledExecutorService scheduler;
  private volatile @Nullable Admin admin;
  private boolean failing;

  /**
   * @param name of its thread
   * @param admins asked on that thread, and again when one can't be made
   */
  public EndsOfTopics(
      String name,
      Supplier<Admin> admins,
      Collection<TopicPartition> partitions,
      TopicFreshness freshness) {
    this.admins = admins;
    this.freshness = freshness;
    this.names = partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name).factory());
    partitions.forEach(partition -> question.put(partition, OffsetSpec.latest()));
  }

  /** How often to ask: twice a second, or oftener where the bound is shorter than usual. */
  public static Duration intervalFor(Duration maxStaleness) {
    Duration quarter = maxStaleness.dividedBy(4);
    return quarter.compareTo(TWICE_A_SECOND) < 0 ? quarter : TWICE_A_SECOND;
  }

  public void askEvery(Duration interval) {
    var unused = Recurring.every(scheduler, Duration.ZERO, interval, this::ask, this::unanswered);
  }

  private void ask() {
    try {
      Admin asked = admin;
      if (asked == null) {
        asked = admins.get();
        admin = asked;
      }
      TopicFreshness.Question asking = freshness.question();
      var options =
          new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED).timeoutMs(ANSWER_WITHIN_MILLIS);
      var ends = new HashMap<TopicPartition, Long>();
      asked
          .listOffsets(question, options)
          .all()
          .get(2L * ANSWER_WITHIN_MILLIS, TimeUnit.MILLISECONDS)
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      // Asked for behind the ends: they are the ends of these topics, or of none that is read.
      Map<String, Uuid> topics =
          AdminTopicIds.of(asked, names, ANSWER_WITHIN_MILLIS)
              .get(2L * ANSWER_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
      freshness.answered(asking, ends, topics);
      failing = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      unanswered(e);
    }
  }

  private void unanswered(Throwable failure) {
    boolean first = !failing;
    failing = true;
    if (first) {
      log.error("Kafka does not say where its topics end: {}", failure.toString());
    }
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
    try {
      boolean unused = scheduler.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Admin asked = admin;
    if (asked != null) {
      asked.close(Duration.ofSeconds(1));
    }
  }
}
