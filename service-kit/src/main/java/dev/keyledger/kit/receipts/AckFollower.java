package dev.keyledger.kit.receipts;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.kit.kafka.AdminTopicIds;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.Places;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.StartingPoint;
import dev.keyledger.kit.kafka.TopicFollower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
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
 * Reads {@code acks.v1} from its beginning and the commits from their end. After an error it begins
 * {@code acks.v1} anew, which changes nothing but the time, and the commits where it stopped.
 */
final class AckFollower implements TopicFollower.Target<String, byte[]>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AckFollower.class);
  private static final Duration WHILE_AWAITED = Duration.ofMillis(20);
  private static final Duration WHILE_IDLE = Duration.ofMillis(200);

  private final KafkaSettings kafka;
  private final RecordSeals seals;
  private final CommitTopic commits;
  private final Receipts receipts;
  private final Places places = new Places();
  private boolean placed;
  private final CountDownLatch started = new CountDownLatch(1);
  private final AdminTopicIds topicIds;
  private final TopicFollower<String, byte[]> follower;

  AckFollower(KafkaSettings kafka, RecordSeals seals, CommitTopic commits, Receipts receipts) {
    this.kafka = kafka;
    this.seals = seals;
    this.commits = commits;
    this.receipts = receipts;
    var partitions = new ArrayList<TopicPartition>(List.of(Receipts.ACKS));
    IntStream.range(0, Topics.PARTITIONS)
        .mapToObj(partition -> new TopicPartition(commits.topic(), partition))
        .forEach(partitions::add);
    this.topicIds = new AdminTopicIds(kafka::admin);
    this.follower =
        TopicFollower.of("keyledger-receipts", partitions, this, topicIds, this::consumer);
  }

  void start() {
    follower.start();
    try {
      started.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Consumer<String, byte[]> consumer() {
    var config = kafka.follower();
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 500);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    return new KafkaConsumer<>(config);
  }

  @Override
  public Map<TopicPartition, StartingPoint> startOf(
      Set<TopicPartition> partitions, Map<String, Uuid> topics) {
    boolean first = !placed;
    placed = true;
    places.in(topics);
    if (places.of(Receipts.ACKS) == null) {
      receipts.read(() -> receipts.evaluator().begins(receipts.now()));
    }
    var starts = new HashMap<TopicPartition, StartingPoint>();
    for (TopicPartition partition : partitions) {
      Long next = places.of(partition);
      starts.put(partition, startOf(partition, next, first));
    }
    return starts;
  }

  /** Of a topic that was made anew under its name no commit was seen yet. */
  private static StartingPoint startOf(
      TopicPartition partition, @Nullable Long next, boolean first) {
    if (partition.equals(Receipts.ACKS)) {
      return new StartingPoint.Beginning();
    }
    if (next != null) {
      return new StartingPoint.Offset(next);
    }
    return first ? new StartingPoint.End() : new StartingPoint.Beginning();
  }

  @Override
  public Duration pollFor() {
    return receipts.isAwaited() ? WHILE_AWAITED : WHILE_IDLE;
  }

  @Override
  public void apply(ConsumerRecords<String, byte[]> records, Map<TopicPartition, Long> next) {
    receipts.read(() -> {
      long now = receipts.now();
      records.forEach(record -> read(record, now));
    });
  }

  @Override
  public void reached(Map<TopicPartition, Long> positions) {
    places.reached(positions);
    started.countDown();
    Long acks = positions.get(Receipts.ACKS);
    if (acks != null) {
      receipts.step(() -> receipts.evaluator().readUpTo(acks, receipts.now()));
    }
  }

  private void read(ConsumerRecord<String, byte[]> record, long now) {
    try {
      byte[] value = seals.valueOf(record);
      if (record.topic().equals(Receipts.ACKS.topic())) {
        receipts.evaluator().acked(ackOf(record, value), now);
      } else {
        CommitTopic.Commit commit = commits.read(record.headers(), value);
        if (commit != null) {
          receipts.evaluator().committed(commit.stream(), commit.position(), now);
        }
      }
    } catch (RuntimeException e) {
      // An acknowledgement that can't be read is one that is missing: its receipt comes later.
      log.error(
          "Unreadable record at offset {} of {}: {}",
          record.offset(),
          record.topic(),
          e.getClass().getSimpleName());
    }
  }

  /** Who seals as delivery-service speaks for itself and its followers, and for nobody else. */
  private static Ack ackOf(ConsumerRecord<String, byte[]> record, byte[] value) {
    Ack ack = EventCodec.decode(value, Ack.class);
    boolean ofDelivery = record.key() != null && record.key().startsWith(Ack.OF_DELIVERY);
    boolean fits =
        ofDelivery
            ? ack.instance().equals(record.key())
            : !ack.instance().startsWith(Ack.OF_DELIVERY)
                && ack.followers().isEmpty()
                && ack.longestBoundMs() == null;
    if (!fits) {
      throw new IllegalArgumentException("an acknowledgement of somebody else");
    }
    return ack;
  }

  @Override
  public boolean skipTo(Map<TopicPartition, Long> beginnings) {
    places.reached(beginnings);
    return true;
  }

  @Override
  public void close() {
    started.countDown();
    follower.close();
    topicIds.close();
  }
}
