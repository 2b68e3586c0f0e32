package dev.keyledger.delivery.messages;

import dev.keyledger.kit.kafka.FollowedTopic;
import dev.keyledger.kit.kafka.FollowedTopic.Span;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.StartingPoint;
import dev.keyledger.kit.kafka.StoredOffsets;
import dev.keyledger.kit.kafka.TopicFollower;
import dev.keyledger.kit.kafka.UnsealedException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads a topic into tables, with the offsets behind it in the same transaction. Every replica
 * reads all partitions: whoever comes second finds it done. In a topic that was made anew, or set
 * back, it begins at the beginning, and what was applied is passed over by position.
 */
abstract class TopicReading implements TopicFollower.Target<byte[], byte[]> {
  private static final Logger log = LoggerFactory.getLogger(TopicReading.class);

  /** A record and what it says, once it is believed. */
  record Believed(ConsumerRecord<byte[], byte[]> kafka, byte[] value) {}

  private final RecordSeals seals;
  private final TransactionTemplate transactions;
  private final StoredOffsets offsets;
  private final FollowedTopic topic;

  /**
   * @param table of the offsets
   */
  TopicReading(
      String topic,
      String table,
      RecordSeals seals,
      JdbcTemplate jdbc,
      TransactionTemplate transactions) {
    this.seals = seals;
    this.transactions = transactions;
    this.offsets = new StoredOffsets(table, jdbc, transactions);
    this.topic = new FollowedTopic(topic);
  }

  /**
   * Within the transaction that moves the offsets.
   *
   * @return what is to be done once it is committed
   */
  abstract Runnable store(List<Believed> records);

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
    List<Believed> believed = believed(records);
    Map<Integer, Span> polled = topic.polled(next);
    Runnable then =
        transactions.execute(status -> {
          Map<Integer, Long> due = offsets.lockPolled(polled);
          Runnable after =
              store(
                  believed.stream()
                      .filter(one ->
                          one.kafka().offset()
                              >= due.getOrDefault(one.kafka().partition(), Long.MAX_VALUE))
                      .toList());
          offsets.advance(polled);
          return after;
        });
    if (then != null) {
      then.run();
    }
  }

  private List<Believed> believed(ConsumerRecords<byte[], byte[]> records) {
    List<Believed> believed = new ArrayList<>(records.count());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        believed.add(new Believed(record, seals.valueOf(record)));
      } catch (UnsealedException e) {
        log.error(
            "The record at {}-{}@{} is none of the relay's: {}",
            record.topic(),
            record.partition(),
            record.offset(),
            e.getMessage());
      }
    }
    return believed;
  }

  @Override
  public final void reached(Map<TopicPartition, Long> positions) {
    topic.reached(positions);
  }

  @Override
  public final void setBackTo(Map<TopicPartition, Long> beginnings) {
    offsets.setBackTo(
        topic.positionsOf(beginnings.keySet()), FollowedTopic.byNumber(beginnings), topic.id());
  }

  /** Goes on with what the topic still holds. */
  final void skip(Map<TopicPartition, Long> beginnings) {
    offsets.skipTo(FollowedTopic.byNumber(beginnings), topic.id());
  }

  @Override
  public final Duration pollFor() {
    return Duration.ofSeconds(1);
  }
}
