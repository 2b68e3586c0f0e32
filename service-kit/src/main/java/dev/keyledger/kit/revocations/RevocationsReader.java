package dev.keyledger.kit.revocations;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.AcknowledgedRecords;
import dev.keyledger.kit.kafka.AdminTopicIds;
import dev.keyledger.kit.kafka.EndsOfTopics;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordPlace;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.StartingPoint;
import dev.keyledger.kit.kafka.TopicFollower;
import dev.keyledger.kit.kafka.TopicFreshness;
import dev.keyledger.kit.rounds.Recurring;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code keyledger.revocations.v1}, from the longest token lifetime ago. It is fresh once
 * its sink has all up to an end that was asked for, read uncommitted, so that a transaction that
 * hangs shows as staleness rather than as silence, and once somebody has vouched for the topic:
 * what Kafka has lost would be missing from a reader that begins. When anything fails it starts
 * again from the beginning of that time.
 */
public final class RevocationsReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RevocationsReader.class);
  private static final Duration HEARD_EVERY = Duration.ofSeconds(1);

  /** The broker's clock and ours may differ; reading a little more costs nothing. */
  static final Duration CLOCK_MARGIN = Duration.ofMinutes(5);

  private static final List<TopicPartition> PARTITIONS =
      IntStream.range(0, Topics.PARTITIONS)
          .mapToObj(partition -> new TopicPartition(Topics.REVOCATIONS, partition))
          .toList();

  private final KafkaSettings kafka;
  private final @Nullable RecordSeals seals;
  private final Duration longestToken;
  private final Duration askEvery;
  private final Clock clock;
  private final RevocationSink sink;
  private final TopicFreshness freshness;
  private final AdminTopicIds topicIds;
  private final Vouching vouching;
  private final TopicFollower<String, byte[]> follower;
  private final EndsOfTopics ends;
  private final AcknowledgedRecords acknowledged;
  // Of which no acknowledgement has been heard, with the stream that each may be of.
  private final Map<RecordPlace, Optional<String>> unreadable = new ConcurrentHashMap<>();
  private final Set<RecordPlace> done = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService asking =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("keyledger-revocations-questions").factory());

  /**
   * @param seals by which records are believed; {@code null} for a reader that holds no server key:
   *     what is written to the topic by others can end tokens there, and revives none
   * @param longestToken how far back it reads: the longest life of an access token
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   * @param acknowledged asked once a second while there are records that can't be read
   * @param whole asked which topic holds all that ended, before anything is judged by it; {@code
   *     null} where nobody can be asked
   * @param sink gets what is read
   */
  public RevocationsReader(
      KafkaSettings kafka,
      @Nullable RecordSeals seals,
      Duration longestToken,
      Duration maximumStaleness,
      Clock clock,
      LongSupplier nanoTime,
      AcknowledgedRecords acknowledged,
      @Nullable WholeTopic whole,
      RevocationSink sink) {
    this.kafka = kafka;
    this.seals = seals;
    this.acknowledged = acknowledged;
    this.longestToken = longestToken;
    this.askEvery = EndsOfTopics.intervalFor(maximumStaleness);
    this.clock = clock;
    this.sink = sink;
    this.freshness = new TopicFreshness(maximumStaleness, nanoTime);
    this.vouching = new Vouching(whole, freshness, asking, nanoTime);
    this.topicIds = new AdminTopicIds(kafka::admin);
    this.follower =
        TopicFollower.of(
            "keyledger-revocations", PARTITIONS, new IntoSink(), topicIds, this::consumer);
    this.ends = new EndsOfTopics("keyledger-revocations-ends", kafka::admin, PARTITIONS, freshness);
  }

  public void start() {
    follower.start();
    ends.askEvery(askEvery);
    var unused =
        Recurring.every(
            asking,
            HEARD_EVERY,
            HEARD_EVERY,
            this::hearAcknowledgements,
            e -> log.warn("Unreadable records of {} are not looked at: {}", Topics.REVOCATIONS, e));
  }

  private void hearAcknowledgements() {
    if (unreadable.isEmpty()) {
      return;
    }
    try {
      done.addAll(acknowledged.all());
    } catch (RuntimeException e) {
      log.warn("What was acknowledged of {} can't be told: {}", Topics.REVOCATIONS, e.getMessage());
    }
    for (RecordPlace place : unreadable.keySet()) {
      if (done.contains(place)) {
        unreadable.remove(place);
        sink.acknowledged(place);
        log.info("A revocation that can't be read was acknowledged: {}", place.shortName());
      }
    }
  }

  /** Records that can't be read and that no operator has acknowledged: an alarm above 0. */
  public int unreadableRecords() {
    return unreadable.size();
  }

  /** Whether token-service has said that the topic is whole, and all of that has been applied. */
  public boolean isVouchedFor() {
    return vouching.isVouchedFor();
  }

  /** Whether all that had ended no longer than the maximum staleness ago is in the sink. */
  public boolean isFresh() {
    return vouching.isVouchedFor() && freshness.isFresh();
  }

  /** Whether the sink has had all once since this was started. */
  public boolean isReady() {
    return freshness.wasEverFresh();
  }

  /**
   * How old what the sink has may be, in nanoseconds: all that had ended by then is in it. A very
   * long time while nobody has vouched for the topic.
   */
  public long ageNanos() {
    return vouching.isVouchedFor() ? freshness.ageNanos() : Long.MAX_VALUE;
  }

  @Override
  public void close() {
    asking.shutdownNow();
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

  private final class IntoSink implements TopicFollower.Target<String, byte[]> {
    private Uuid topic = Uuid.ZERO_UUID;

    @Override
    public Map<TopicPartition, StartingPoint> startOf(
        Set<TopicPartition> partitions, Map<String, Uuid> topics) {
      if (freshness.reads(partitions, topics)) {
        vouching.beginsAnew();
      }
      topic = topics.getOrDefault(Topics.REVOCATIONS, Uuid.ZERO_UUID);
      sink.reads(topic);
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
        byte[] value = seals == null ? record.value() : seals.valueOf(record);
        sink.apply(record.partition(), record.offset(), EventCodec.decode(value, Revocation.class));
      } catch (RuntimeException e) {
        unreadable(RecordPlace.of(record, topic), streamOf(record.key()));
      }
    }

    private void unreadable(RecordPlace place, Optional<String> stream) {
      sink.unreadable(place, stream.orElse(null));
      if (done.contains(place)) {
        // Who was told of it by another replica is told by this one that it is done with.
        sink.acknowledged(place);
        return;
      }
      log.error("A revocation cannot be read: {}", place.shortName());
      unreadable.put(place, stream);
    }

    /** A torn key may stand for any stream. */
    private static Optional<String> streamOf(@Nullable String key) {
      return Optional.ofNullable(key)
          .filter(text -> text.startsWith(OrganizationId.PREFIX) || text.startsWith("sessions:"));
    }

    @Override
    public void reached(Map<TopicPartition, Long> positions) {
      sink.reached(positions);
      freshness.applied(positions);
      vouching.look();
    }

    @Override
    public void setBackTo(Map<TopicPartition, Long> beginnings) {
      // In this order: what is said to be fresh must not be what begins anew.
      vouching.beginsAnew();
      sink.setBack();
    }

    /** It starts by time again, wherever that is by now. */
    @Override
    public boolean skipTo(Map<TopicPartition, Long> beginnings) {
      vouching.beginsAnew();
      return true;
    }

    @Override
    public Duration pollFor() {
      return Duration.ofMillis(100);
    }
  }
}
