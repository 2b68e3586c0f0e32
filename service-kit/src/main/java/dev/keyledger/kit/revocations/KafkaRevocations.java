package dev.keyledger.kit.revocations;

import dev.keyledger.client.revocations.Freshness;
import dev.keyledger.client.revocations.RevocationView;
import dev.keyledger.client.revocations.Revocations;
import dev.keyledger.client.revocations.TokenTraits;
import dev.keyledger.client.revocations.Verdict;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.kit.kafka.KafkaSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code keyledger.revocations.v1}, from the longest token lifetime ago, on one thread.
 * Twice a second it asks for the end of every partition, read uncommitted, so that a transaction
 * that hangs shows as staleness rather than as silence; it is fresh once it has applied all up to
 * there. When anything fails it starts again from the beginning of that time and is stale
 * meanwhile.
 */
public final class KafkaRevocations implements Revocations, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KafkaRevocations.class);
  private static final Duration ASK_EVERY = Duration.ofMillis(500);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  /** The broker's clock and ours may differ; reading a little more costs nothing. */
  private static final Duration CLOCK_MARGIN = Duration.ofMinutes(5);

  private final KafkaSettings kafka;
  private final Duration longestToken;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final RevocationView view;
  private final Freshness freshness;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Consumer<String, byte[]> current;

  /**
   * @param longestToken the longest life of an access token
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public KafkaRevocations(
      KafkaSettings kafka,
      Duration longestToken,
      Duration maximumStaleness,
      Clock clock,
      LongSupplier nanoTime) {
    this.kafka = kafka;
    this.longestToken = longestToken;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.view = new RevocationView(longestToken.plus(CLOCK_MARGIN), nanoTime);
    this.freshness = new Freshness(maximumStaleness, nanoTime);
    this.thread =
        Thread.ofPlatform().daemon().name("keyledger-revocations").unstarted(this::followForEver);
  }

  public void start() {
    thread.start();
  }

  @Override
  public boolean isFresh() {
    return freshness.isFresh();
  }

  @Override
  public boolean isReady() {
    return freshness.wasEverFresh();
  }

  @Override
  public Verdict judge(TokenTraits token) {
    return view.judge(token);
  }

  @Override
  public void close() {
    closing.countDown();
    Consumer<String, byte[]> consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void followForEver() {
    boolean failing = false;
    while (isOpen()) {
      try (var admin = kafka.admin();
          var consumer = consumer()) {
        current = consumer;
        List<TopicPartition> partitions = rewind(consumer);
        failing = false;
        follow(consumer, partitions, admin);
      } catch (WakeupException e) {
        return;
      } catch (KafkaException e) {
        if (!failing) {
          log.warn("Revocations cannot be followed, trying again: {}", e.toString());
        }
        failing = true;
      } catch (RuntimeException e) {
        log.error("Following revocations failed, starting again", e);
      }
      pause();
    }
  }

  private boolean isOpen() {
    return closing.getCount() > 0;
  }

  private void pause() {
    try {
      var unused = closing.await(RETRY_AFTER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing.countDown();
    }
  }

  private Consumer<String, byte[]> consumer() {
    Map<String, Object> settings = kafka.consumer();
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 250);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    return new KafkaConsumer<>(settings);
  }

  private List<TopicPartition> rewind(Consumer<String, byte[]> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topics.REVOCATIONS).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new KafkaException("the topic of revocations does not exist yet");
    }
    consumer.assign(partitions);
    long from = clock.instant().minus(longestToken).minus(CLOCK_MARGIN).toEpochMilli();
    Map<TopicPartition, Long> times =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> Math.max(0, from)));
    // Where nothing is that young, the end is asked for; what is written meanwhile comes after it.
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<TopicPartition, @Nullable OffsetAndTimestamp> starts = consumer.offsetsForTimes(times);
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp start = starts.get(partition);
      Long end = ends.get(partition);
      consumer.seek(partition, start != null ? start.offset() : end == null ? 0 : end);
    }
    return partitions;
  }

  private void follow(
      Consumer<String, byte[]> consumer, List<TopicPartition> partitions, Admin admin) {
    var end = new EndOfTopic(admin, partitions, nanoTime);
    while (isOpen()) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        apply(record);
      }
      if (end.isReachedBy(consumer)) {
        freshness.confirm(end.askedAt());
      }
      end.askAgainWhenDue(ASK_EVERY);
    }
  }

  private void apply(ConsumerRecord<String, byte[]> record) {
    try {
      view.apply(EventCodec.decode(record.value(), Revocation.class));
    } catch (RuntimeException e) {
      log.error(
          "A revocation cannot be read: {} partition {} offset {}",
          Topics.REVOCATIONS,
          record.partition(),
          record.offset());
      view.applyUnreadable(record.key());
    }
  }
}
