package dev.keyledger.query.projection.follow;

import dev.keyledger.events.Topics;
import dev.keyledger.kit.kafka.FollowedTopic;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.StartingPoint;
import dev.keyledger.kit.kafka.TopicFollower;
import dev.keyledger.kit.kafka.UnsealedException;
import dev.keyledger.query.projection.apply.Applier;
import dev.keyledger.query.projection.apply.BulkStream;
import dev.keyledger.query.projection.apply.LedgerRecord;
import dev.keyledger.query.versions.AppliedListener;
import dev.keyledger.query.versions.ViewVersion;
import dev.keyledger.query.versions.ViewVersions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;

/**
 * The ledger's topic into one view version, whose offsets lie beside its rows, with the id of the
 * topic that they are of. One for each follower.
 */
final class ProjectionTarget implements TopicFollower.Target<byte[], byte[]> {
  private static final Logger log = LoggerFactory.getLogger(ProjectionTarget.class);

  private final ViewVersion version;
  private final ViewVersions versions;
  private final Applier applier;
  private final RecordSeals seals;
  private final List<AppliedListener> listeners;
  private final FollowedTopic topic = new FollowedTopic(Topics.EVENTS);

  ProjectionTarget(
      ViewVersion version,
      ViewVersions versions,
      Applier applier,
      RecordSeals seals,
      List<AppliedListener> listeners) {
    this.version = version;
    this.versions = versions;
    this.applier = applier;
    this.seals = seals;
    this.listeners = listeners;
  }

  @Override
  public Map<TopicPartition, StartingPoint> startOf(
      Set<TopicPartition> partitions, Map<String, Uuid> topics) {
    Set<Integer> begun = topic.begin(partitions, topics);
    Map<Integer, Long> next = applier.readFrom(version, begun, topic.id());
    Map<TopicPartition, StartingPoint> starts = new HashMap<>();
    for (TopicPartition partition : partitions) {
      // Where nothing was applied it is the first record of all: the ledger's topic forgets none.
      long first = next.getOrDefault(partition.partition(), 0L);
      starts.put(partition, new StartingPoint.Offset(first));
    }
    return starts;
  }

  @Override
  public void reached(Map<TopicPartition, Long> positions) {
    topic.reached(positions);
  }

  @Override
  public void apply(ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, Long> next) {
    var polled = new ArrayList<ConsumerRecord<byte[], byte[]>>(records.count());
    records.forEach(polled::add);
    List<LedgerRecord> read =
        BulkStream.of(polled).flatMap(record -> readIfSealed(record).stream()).toList();
    int events = applier.apply(version, read, topic.polled(next));
    listeners.forEach(listener -> listener.applied(events));
  }

  /**
   * What the relay didn't write is passed over, with an alarm: it stands for nothing that happened.
   * If it was the relay's once, it leaves a gap, which halts its organisation.
   */
  private Optional<LedgerRecord> readIfSealed(ConsumerRecord<byte[], byte[]> record) {
    try {
      return Optional.of(LedgerRecord.of(record, seals.valueOf(record)));
    } catch (UnsealedException e) {
      log.error(
          "The record at {}-{}@{} is none of the relay's: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
      return Optional.empty();
    }
  }

  /** A view without an event that it has missed would be wrong for ever. */
  @Override
  public boolean skipTo(Map<TopicPartition, Long> beginnings) {
    return false;
  }

  @Override
  public void setBackTo(Map<TopicPartition, Long> beginnings) {
    applier.setBack(version, topic.positionsOf(beginnings.keySet()), topic.id());
  }

  @Override
  public Duration pollFor() {
    return Duration.ofSeconds(1);
  }

  /** Whether a swap or a cancelled rebuild has dropped the tables. */
  @Override
  public boolean isGone(Throwable failure) {
    if (!(failure instanceof BadSqlGrammarException)) {
      return false;
    }
    try {
      return versions.all().stream().noneMatch(known -> known.version().equals(version));
    } catch (DataAccessException e) {
      return false;
    }
  }
}
