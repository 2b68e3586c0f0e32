package dev.keyledger.delivery.events;

import dev.keyledger.delivery.DeliverySettings;
import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.AdminTopicIds;
import dev.keyledger.kit.kafka.EndsOfTopics;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.StartingPoint;
import dev.keyledger.kit.kafka.TopicFollower;
import dev.keyledger.kit.kafka.TopicFreshness;
import dev.keyledger.kit.kafka.UnsealedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Reads {@code events.v1} into memory, from its end on: every replica for itself, so that what
 * happens is told without a database in between.
 */
@Component
final class LiveEvents implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(LiveEvents.class);
  private static final List<TopicPartition> PARTITIONS =
      IntStream.range(0, Topics.PARTITIONS)
          .mapToObj(number -> new TopicPartition(Topics.EVENTS, number))
          .toList();

  private final KafkaSettings kafka;
  private final RecordSeals seals;
  private final EventTail tail;
  private final Duration askEvery;
  private final TopicFreshness freshness;
  private final AdminTopicIds topicIds;
  private final TopicFollower<byte[], byte[]> follower;
  private final EndsOfTopics ends;
  private volatile boolean running;

  LiveEvents(KafkaSettings kafka, RecordSeals seals, EventTail tail, DeliverySettings settings) {
    this.kafka = kafka;
    this.seals = seals;
    this.tail = tail;
    this.askEvery = EndsOfTopics.intervalFor(settings.maxStaleness());
    this.freshness = new TopicFreshness(settings.maxStaleness(), System::nanoTime);
    this.topicIds = new AdminTopicIds(kafka::admin);
    this.follower =
        TopicFollower.of("live-events", PARTITIONS, new IntoTail(), topicIds, this::consumer);
    this.ends = new EndsOfTopics("live-events-ends", kafka::admin, PARTITIONS, freshness);
  }

  private Consumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = kafka.follower();
    settings.put("key.deserializer", ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 250);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    return new KafkaConsumer<>(settings);
  }

  /** How old what the tail has may be: all that had been published by then is in it. */
  long ageNanos() {
    return freshness.ageNanos();
  }

  @Override
  public void start() {
    running = true;
    follower.start();
    ends.askEvery(askEvery);
  }

  @Override
  public void stop() {
    running = false;
    follower.signalStop();
    ends.close();
    follower.close();
    topicIds.close();
  }

  /** Streams end before it does, which takes a moment. */
  @Override
  public int getPhase() {
    return DEFAULT_PHASE - 1;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private final class IntoTail implements TopicFollower.Target<byte[], byte[]> {
    private final Map<TopicPartition, Long> next = new HashMap<>();

    @Override
    public Map<TopicPartition, StartingPoint> startOf(
        Set<TopicPartition> partitions, Map<String, Uuid> topics) {
      if (freshness.reads(partitions, topics)) {
        next.clear();
        tail.begin(String.valueOf(topics.get(Topics.EVENTS)));
      }
      Map<TopicPartition, StartingPoint> starts = new HashMap<>();
      for (TopicPartition partition : partitions) {
        Long read = next.get(partition);
        starts.put(
            partition, read == null ? new StartingPoint.End() : new StartingPoint.Offset(read));
      }
      return starts;
    }

    @Override
    public void apply(ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, Long> polled) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        take(record);
      }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
      try {
        EventRecord.of(record, seals.valueOf(record))
            .ifPresentOrElse(this::add, () -> forget(record));
      } catch (UnsealedException e) {
        log.debug("The record at {} is none of the relay's", record.offset());
        forget(record);
      }
    }

    private void add(EventRecord one) {
      tail.add(
          one.organization(),
          one.position(),
          PublishedEvent.of(one.organization(), one.position(), one.value()).orElse(null));
    }

    /** Whether it was an event of that organisation history will tell. */
    private void forget(ConsumerRecord<byte[], byte[]> record) {
      byte[] key = record.key() == null ? new byte[0] : record.key();
      try {
        tail.forget(new OrganizationId(new String(key, StandardCharsets.UTF_8)));
      } catch (IllegalArgumentException e) {
        log.debug("The record at {} is no organisation's", record.offset());
      }
    }

    @Override
    public void reached(Map<TopicPartition, Long> positions) {
      positions.forEach((partition, offset) -> {
        next.put(partition, offset);
        tail.reached(partition.partition(), offset);
      });
      tail.waiters().wake();
      freshness.applied(positions);
    }

    @Override
    public boolean skipTo(Map<TopicPartition, Long> beginnings) {
      // In this order: what is said to be fresh must not be what begins anew.
      freshness.startOver();
      next.clear();
      tail.begin(tail.topic());
      return true;
    }

    @Override
    public Duration pollFor() {
      return Duration.ofMillis(100);
    }
  }
}
