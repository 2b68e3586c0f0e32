package dev.keyledger.query.usage;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Usage;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.StartingPoint;
import dev.keyledger.kit.kafka.TopicFollower;
import dev.keyledger.kit.kafka.UnsealedException;
import dev.keyledger.query.kafka.FollowedTopic;
import dev.keyledger.query.kafka.KafkaAccess;
import dev.keyledger.query.usage.UsageTable.Delivered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Reads {@code usage.v1}, which forgets after a week and is no ledger: what can't be read is left.
 */
@Component
final class UsageConsumer implements SmartLifecycle, TopicFollower.Target<byte[], byte[]> {
  private static final Logger log = LoggerFactory.getLogger(UsageConsumer.class);
  private static final int POLLED_AT_ONCE = 2_000;

  private final UsageTable table;
  private final KafkaAccess kafka;
  private final RecordSeals seals;
  private final FollowedTopic topic = new FollowedTopic(Topics.USAGE);
  private volatile @Nullable TopicFollower<byte[], byte[]> follower;

  UsageConsumer(UsageTable table, KafkaAccess kafka, RecordSeals seals) {
    this.seals = seals;
    this.table = table;
    this.kafka = kafka;
  }

  @Override
  public Map<TopicPartition, StartingPoint> startOf(
      Set<TopicPartition> partitions, Map<String, Uuid> topics) {
    Set<Integer> begun = topic.begin(partitions, topics);
    Map<Integer, Long> counted = table.readFrom(begun, topic.id());
    Map<TopicPartition, StartingPoint> starts = new HashMap<>();
    for (TopicPartition partition : partitions) {
      long next = counted.getOrDefault(partition.partition(), 0L);
      starts.put(partition, new StartingPoint.Offset(next));
    }
    return starts;
  }

  @Override
  public void apply(ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, Long> next) {
    table.add(delivered(records), topic.polled(next));
  }

  @Override
  public void reached(Map<TopicPartition, Long> positions) {
    topic.reached(positions);
  }

  @Override
  public boolean skipTo(Map<TopicPartition, Long> beginnings) {
    table.skipTo(KafkaAccess.byNumber(beginnings), topic.id());
    return true;
  }

  @Override
  public void setBackTo(Map<TopicPartition, Long> beginnings) {
    Map<Integer, Long> polledAt = topic.positionsOf(beginnings.keySet());
    table.setBackTo(polledAt, kafka.ends(Topics.USAGE), topic.id());
  }

  @Override
  public Duration pollFor() {
    return Duration.ofSeconds(1);
  }

  /** Whether uses are being counted: {@code false} while what was read can't be stored. */
  boolean isCounting() {
    TopicFollower<byte[], byte[]> own = follower;
    return own != null && own.isRunning() && !own.isFailing();
  }

  private List<Delivered> delivered(ConsumerRecords<byte[], byte[]> polled) {
    List<Delivered> delivered = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      try {
        Usage usage = EventCodec.decode(seals.valueOf(record), Usage.class);
        if (isWhole(usage)) {
          delivered.add(new Delivered(record.partition(), record.offset(), usage));
          continue;
        }
      } catch (EventCodec.UnreadableException | UnsealedException e) {
        log.debug("unreadable", e);
      }
      log.warn("a record of uses at {}-{} is unreadable", record.partition(), record.offset());
    }
    return delivered;
  }

  // What a decoder leaves null where a field is missing.
  @SuppressWarnings("ConstantValue")
  private static boolean isWhole(Usage usage) {
    return usage.organization() != null
        && usage.key() != null
        && usage.secretPrefix() != null
        && usage.lastUsedAt() != null
        && usage.count() >= 0;
  }

  @Override
  public void start() {
    var own =
        TopicFollower.shared(
            "usage",
            Topics.USAGE,
            this,
            kafka.topicIds(),
            () -> kafka.consumer("keyledger-query-usage", POLLED_AT_ONCE));
    own.start();
    follower = own;
  }

  @Override
  public void stop() {
    TopicFollower<byte[], byte[]> own = follower;
    if (own != null) {
      own.close();
    }
    follower = null;
  }

  @Override
  public boolean isRunning() {
    return follower != null;
  }
}
