package dev.keyledger.query.observed;

import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.kafka.FollowedTopic;
import dev.keyledger.kit.kafka.FollowedTopic.Span;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.StartingPoint;
import dev.keyledger.kit.kafka.StoredOffsets;
import dev.keyledger.kit.kafka.TopicFollower;
import dev.keyledger.kit.kafka.UnsealedException;
import dev.keyledger.query.kafka.KafkaAccess;
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
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads a topic that forgets and is no ledger into tables, with the offsets behind them in the same
 * transaction: each record counts once. What can't be read, or was sealed by nobody, is left.
 */
public abstract class ObservedTopic<T>
    implements SmartLifecycle, TopicFollower.Target<byte[], byte[]> {
  private static final Logger log = LoggerFactory.getLogger(ObservedTopic.class);
  private static final int POLLED_AT_ONCE = 2_000;

  /** How it goes on in a topic that was set back to an older state of itself. */
  public enum AfterSetBack {
    /** What the topic still holds was read, and couldn't be told from what is new. */
    AT_ITS_END,
    /** What was stored before is told by its id. */
    FROM_ITS_BEGINNING
  }

  private record Delivered<T>(int partition, long offset, T observed) {}

  private final String name;
  private final String topicName;
  private final Class<T> type;
  private final AfterSetBack afterSetBack;
  private final KafkaAccess kafka;
  private final RecordSeals seals;
  private final TransactionTemplate transactions;
  private final StoredOffsets offsets;
  private final FollowedTopic topic;
  private volatile @Nullable TopicFollower<byte[], byte[]> follower;

  /**
   * @param name of what is observed: of the thread, the consumer group, and the table of offsets
   */
  protected ObservedTopic(
      String name,
      String topic,
      Class<T> type,
      AfterSetBack afterSetBack,
      KafkaAccess kafka,
      RecordSeals seals,
      JdbcTemplate jdbc,
      TransactionTemplate transactions) {
    this.name = name;
    this.topicName = topic;
    this.type = type;
    this.afterSetBack = afterSetBack;
    this.kafka = kafka;
    this.seals = seals;
    this.transactions = transactions;
    this.offsets = new StoredOffsets(name + "_offsets", jdbc, transactions);
    this.topic = new FollowedTopic(topic);
  }

  /** Whether it has every field that it needs: a decoder leaves null what is missing. */
  protected abstract boolean isWhole(T observed);

  /** Within the transaction that moves the offsets. */
  protected abstract void store(List<T> observed);

  @Override
  public final Map<TopicPartition, StartingPoint> startOf(
      Set<TopicPartition> partitions, Map<String, Uuid> topics) {
    Set<Integer> begun = topic.begin(partitions, topics);
    Map<Integer, Long> read = offsets.readFrom(begun, topic.id());
    Map<TopicPartition, StartingPoint> starts = new HashMap<>();
    for (TopicPartition partition : partitions) {
      long next = read.getOrDefault(partition.partition(), 0L);
      starts.put(partition, new StartingPoint.Offset(next));
    }
    return starts;
  }

  @Override
  public final void apply(ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, Long> next) {
    List<Delivered<T>> delivered = delivered(records);
    Map<Integer, Span> polled = topic.polled(next);
    transactions.executeWithoutResult(status -> {
      Map<Integer, Long> due = offsets.lockPolled(polled);
      store(
          delivered.stream()
              .filter(one -> one.offset() >= due.getOrDefault(one.partition(), Long.MAX_VALUE))
              .map(Delivered::observed)
              .toList());
      offsets.advance(polled);
    });
  }

  @Override
  public void reached(Map<TopicPartition, Long> positions) {
    topic.reached(positions);
  }

  @Override
  public final boolean skipTo(Map<TopicPartition, Long> beginnings) {
    offsets.skipTo(FollowedTopic.byNumber(beginnings), topic.id());
    return true;
  }

  @Override
  public final void setBackTo(Map<TopicPartition, Long> beginnings) {
    Map<Integer, Long> polledAt = topic.positionsOf(beginnings.keySet());
    Map<Integer, Long> next =
        switch (afterSetBack) {
          case AT_ITS_END -> kafka.ends(topicName);
          case FROM_ITS_BEGINNING -> FollowedTopic.byNumber(beginnings);
        };
    offsets.setBackTo(polledAt, next, topic.id());
  }

  @Override
  public final Duration pollFor() {
    return Duration.ofSeconds(1);
  }

  /** Whether what happens is stored: {@code false} while what was read can't be. */
  public final boolean isStoring() {
    TopicFollower<byte[], byte[]> own = follower;
    return own != null && own.isRunning() && !own.isFailing();
  }

  private List<Delivered<T>> delivered(ConsumerRecords<byte[], byte[]> polled) {
    List<Delivered<T>> delivered = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      try {
        T observed = EventCodec.decode(seals.valueOf(record), type);
        if (isWhole(observed)) {
          delivered.add(new Delivered<>(record.partition(), record.offset(), observed));
          continue;
        }
      } catch (EventCodec.UnreadableException | UnsealedException e) {
        log.debug("unreadable", e);
      }
      log.warn("a record of {} at {}-{} is unreadable", name, record.partition(), record.offset());
    }
    return delivered;
  }

  @Override
  public final void start() {
    var own =
        TopicFollower.shared(
            name,
            topicName,
            this,
            kafka.topicIds(),
            () -> kafka.consumer("keyledger-query-" + name, POLLED_AT_ONCE));
    own.start();
    follower = own;
  }

  @Override
  public final void stop() {
    TopicFollower<byte[], byte[]> own = follower;
    if (own != null) {
      own.close();
    }
    follower = null;
  }

  @Override
  public final boolean isRunning() {
    return follower != null;
  }
}
