package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.RelayMark;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.StartingPoint;
import dev.keyledger.kit.kafka.TopicFollower;
import dev.keyledger.kit.kafka.TopicIds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows what the relay says of its topics: which ones are whole, and how far they reach. */
final class RelayProgress implements TopicFollower.Target<String, byte[]>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RelayProgress.class);
  private static final TopicPartition MARKS = new TopicPartition(Topics.RELAY, 0);

  private final RecordSeals seals;
  private final Runnable changed;
  private final TopicFollower<String, byte[]> follower;
  private volatile @Nullable RelayMark newest;

  /**
   * @param seals by which marks are believed
   * @param changed called after each newer mark, on the follower's thread
   */
  RelayProgress(
      RecordSeals seals,
      TopicIds topicIds,
      Supplier<Consumer<String, byte[]>> consumers,
      Runnable changed) {
    this.seals = seals;
    this.changed = changed;
    this.follower = TopicFollower.of("relay-marks", List.of(MARKS), this, topicIds, consumers);
  }

  void start() {
    follower.start();
  }

  /** The newest that was heard; {@code null} before the first. */
  @Nullable RelayMark newest() {
    return newest;
  }

  /** It is compacted, and only its last record counts. */
  @Override
  public Map<TopicPartition, StartingPoint> startOf(
      Set<TopicPartition> partitions, Map<String, Uuid> topics) {
    var start = new StartingPoint.Beginning();
    return partitions.stream().collect(Collectors.toMap(partition -> partition, p -> start));
  }

  @Override
  public void apply(ConsumerRecords<String, byte[]> records, Map<TopicPartition, Long> behind) {
    RelayMark last = null;
    for (ConsumerRecord<String, byte[]> record : records) {
      try {
        last = EventCodec.decode(seals.valueOf(record), RelayMark.class);
      } catch (RuntimeException e) {
        log.error(
            "Unreadable mark of the relay at offset {}: {}",
            record.offset(),
            e.getClass().getSimpleName());
      }
    }
    if (last != null) {
      newest = last;
      changed.run();
    }
  }

  @Override
  public boolean skipTo(Map<TopicPartition, Long> beginnings) {
    return true;
  }

  @Override
  public Duration pollFor() {
    return Duration.ofMillis(100);
  }

  @Override
  public void close() {
    follower.close();
  }
}
