package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.RelayMark;
import dev.keyledger.kit.kafka.AdminTopicIds;
import dev.keyledger.kit.kafka.EndsOfTopics;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.TopicMark;
import dev.keyledger.kit.receipts.Acknowledgements;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the access state and keeps it fresh: registers as a consumer that is waited for, reads what
 * there is, then follows. The order matters: a record that is written after the registration is
 * either before the ends asked for, and so applied before this replica is ready, or it is waited
 * for.
 */
public final class AccessFeed implements AutoCloseable {
  static final String NAME = "token-service";
  private static final Logger log = LoggerFactory.getLogger(AccessFeed.class);

  private final KafkaSettings kafka;
  private final RecordSeals seals;
  private final AccessSettings settings;
  private final String instance;
  private final AccessState state;
  private final EndedTokens ended;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final LongSupplier brokerTime;
  private final Reflected reflected;
  private final AccessFreshness freshness;
  private final RelayProgress progress;
  private final AdminTopicIds topicIds;
  private final List<FeedReader> readers = new ArrayList<>();
  private @Nullable Acknowledgements acknowledgements;
  private @Nullable EndsOfTopics ends;
  private volatile long startedAt;
  private volatile long readyAfter = -1;

  /**
   * @param seals by which records are believed
   * @param reflected what replicas before this one had
   * @param nanoTime as {@link System#nanoTime}: freshness is counted by it
   * @param brokerTime in milliseconds since 1970, not ahead of the clocks that brokers stamp
   *     records with: what ended is read from so far back
   */
  public AccessFeed(
      KafkaSettings kafka,
      RecordSeals seals,
      AccessSettings settings,
      String instance,
      AccessState state,
      EndedTokens ended,
      Reflected reflected,
      Clock clock,
      LongSupplier nanoTime,
      LongSupplier brokerTime) {
    this.kafka = kafka;
    this.seals = seals;
    this.settings = settings;
    this.instance = instance;
    this.state = state;
    this.ended = ended;
    this.reflected = reflected;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.brokerTime = brokerTime;
    this.topicIds = new AdminTopicIds(kafka::admin);
    this.freshness = new AccessFreshness(settings.maxStaleness(), nanoTime, reflected.index());
    this.progress = new RelayProgress(seals, topicIds, this::consumer, this::lookWhetherComplete);
  }

  public ReplicaFreshness freshness() {
    return freshness;
  }

  /** Returns once registered; the reading goes on behind. */
  public void start() {
    startedAt = nanoTime.getAsLong();
    long since = brokerTime.getAsLong() - settings.access().revocationsHorizon().toMillis();
    var acks =
        new Acknowledgements(
            NAME,
            instance,
            seals.producer(Acknowledgements.producer(kafka)),
            freshness::confirmed,
            Acknowledgements.Followers.NONE,
            clock,
            nanoTime,
            heartbeat());
    acknowledgements = acks;
    acks.register();
    progress.start();
    int count = Math.min(settings.access().readers(), Topics.PARTITIONS);
    for (int i = 0; i < count; i++) {
      var reader =
          new FeedReader(
              partitionsOf(i, count),
              seals,
              topicIds,
              this::consumer,
              since,
              state,
              ended,
              freshness.view(),
              this::lookWhetherComplete,
              acks);
      readers.add(reader);
      reader.start();
    }
    var asking = new EndsOfTopics("topic-ends", kafka::admin, partitionsOf(0, 1), freshness.view());
    ends = asking;
    asking.askEvery(heartbeat());
  }

  // It says that it lives as often as it asks how much it has missed.
  private Duration heartbeat() {
    return EndsOfTopics.intervalFor(settings.maxStaleness());
  }

  private void lookWhetherComplete() {
    RelayMark mark = progress.newest();
    if (mark != null) {
      freshness.completeness().look(mark);
    }
  }

  /** Keeps how far this replica has come, for those that begin after it. */
  public void keepReflected() {
    RelayMark mark = progress.newest();
    if (mark != null && freshness.isFresh()) {
      reflected.raise(mark.reach(Topics.ACCESS));
    }
  }

  /**
   * What has been applied of {@code revocations.v1}; {@code null} where that may not be all there
   * should be.
   */
  public @Nullable TopicMark revocationsApplied() {
    RelayMark mark = progress.newest();
    return mark != null && freshness.isFresh() && freshness.completeness().isWhole(mark)
        ? freshness.view().applied(Topics.REVOCATIONS, Topics.PARTITIONS)
        : null;
  }

  private static List<TopicPartition> partitionsOf(int reader, int readers) {
    return IntStream.range(0, Topics.PARTITIONS)
        .filter(p -> p % readers == reader)
        .boxed()
        .flatMap(p ->
            Stream.of(
                new TopicPartition(Topics.ACCESS, p), new TopicPartition(Topics.REVOCATIONS, p)))
        .toList();
  }

  private Consumer<String, byte[]> consumer() {
    Map<String, Object> config = kafka.follower();
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
    config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 * 1024 * 1024);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
    config.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    return new KafkaConsumer<>(config);
  }

  /** Whether all that was there at the start is applied, and the view is fresh now. */
  public boolean isReady() {
    boolean fresh = freshness.isFresh();
    if (fresh && readyAfter < 0) {
      if (state.leftOut() > 0) {
        return false; // Of what there was at the start it holds a part.
      }
      readyAfter = nanoTime.getAsLong() - startedAt;
      log.info(
          "Access state is ready: {} keys of {} organisations in {} ms",
          state.keyCount(),
          state.organizationCount(),
          readyAfter / 1_000_000);
    }
    return fresh;
  }

  /** From the start until the view was fresh for the first time; negative before. */
  public double readyAfterSeconds() {
    return readyAfter / 1e9;
  }

  /** Forgets what no token that can be alive needs. */
  public void forgetTheLongDead() {
    ended.forgetTheLongDead();
  }

  @Override
  public void close() {
    EndsOfTopics asking = ends;
    if (asking != null) {
      asking.close();
    }
    readers.forEach(FeedReader::signalStop);
    readers.forEach(FeedReader::close);
    progress.close();
    topicIds.close();
    Acknowledgements acks = acknowledgements;
    if (acks != null) {
      acks.close();
    }
  }
}
