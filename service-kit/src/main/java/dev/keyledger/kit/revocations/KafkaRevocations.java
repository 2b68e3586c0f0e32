package dev.keyledger.kit.revocations;

import dev.keyledger.client.revocations.RevocationView;
import dev.keyledger.client.revocations.Revocations;
import dev.keyledger.client.revocations.TokenTraits;
import dev.keyledger.client.revocations.Verdict;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.kit.kafka.AdminTopicIds;
import dev.keyledger.kit.kafka.EndsOfTopics;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.StartingPoint;
import dev.keyledger.kit.kafka.TopicFollower;
import dev.keyledger.kit.kafka.TopicFreshness;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code keyledger.revocations.v1}, from the longest token lifetime ago. It is fresh once
 * it has applied all up to an end that was asked for, read uncommitted, so that a transaction that
 * hangs shows as staleness rather than as silence. When anything fails it starts again from the
 * beginning of that time.
 */
public final class KafkaRevocations implements Revocations, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KafkaRevocations.class);

  /** The broker's clock and ours may differ; reading a little more costs nothing. */
  private static final Duration CLOCK_MARGIN = Duration.ofMinutes(5);

  private static final List<TopicPartition> PARTITIONS =
      IntStream.range(0, Topics.PARTITIONS)
          .mapToObj(partition -> new TopicPartition(Topics.REVOCATIONS, partition))
          .toList();

  private final KafkaSettings kafka;
  private final Duration longestToken;
  private final Duration askEvery;
  private final Clock clock;
  private final RevocationView view;
  private final TopicFreshness freshness;
  private final AdminTopicIds topicIds;
  private final TopicFollower<String, byte[]> follower;
  private final EndsOfTopics ends;

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
    this.askEvery = EndsOfTopics.intervalFor(maximumStaleness);
    this.clock = clock;
    this.view = new RevocationView(longestToken.plus(CLOCK_MARGIN), nanoTime);
    this.freshness = new TopicFreshness(maximumStaleness, nanoTime);
    this.topicIds = new AdminTopicIds(kafka::admin);
    this.follower =
        TopicFollower.of(
            "keyledger-revocations", PARTITIONS, new IntoView(), topicIds, this::consumer);
    this.ends = new EndsOfTopics("keyledger-revocations-ends", kafka::admin, PARTITIONS, freshness);
  }

  public void start() {
    follower.start();
    ends.askEvery(askEvery);
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
    follower.signalStop();
    ends.close();
    follower.close();
    topicIds.close();
  }

  private Consumer<String, byte[]> consumer() {
    Map<String, Object> settings = kafka.follower();
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 250);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    return new KafkaConsumer<>(settings);
  }

  private final class IntoView implements TopicFollower.Target<String, byte[]> {
    @Override
    public Map<TopicPartition, StartingPoint> startOf(
        Set<TopicPartition> partitions, Map<String, Uuid> topics) {
      freshness.reads(partitions, topics);
      var since =
          new StartingPoint.Since(
              clock.instant().minus(longestToken).minus(CLOCK_MARGIN).toEpochMilli());
      return partitions.stream().collect(Collectors.toMap(partition -> partition, p -> since));
    }

    @Override
    public void apply(ConsumerRecords<String, byte[]> records, Map<TopicPartition, Long> next) {
      for (ConsumerRecord<String, byte[]> record : records) {
        applyOne(record);
      }
    }

    private void applyOne(ConsumerRecord<String, byte[]> record) {
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

    @Override
    public void reached(Map<TopicPartition, Long> positions) {
      freshness.applied(positions);
    }

    /** It starts by time again, wherever that is by now. */
    @Override
    public boolean skipTo(Map<TopicPartition, Long> beginnings) {
      return true;
    }

    @Override
    public Duration pollFor() {
      return Duration.ofMillis(100);
    }
  }
}
