package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.Places;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.StartingPoint;
import dev.keyledger.kit.kafka.TopicFollower;
import dev.keyledger.kit.kafka.TopicFreshness;
import dev.keyledger.kit.kafka.TopicIds;
import dev.keyledger.kit.kafka.UnreadableRecord;
import dev.keyledger.kit.receipts.Acknowledgements;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads some partitions of {@code access.v1} and the same of {@code revocations.v1}, so that an
 * organisation's records are applied by one thread. After an error it goes on where it had stopped
 * applying.
 */
final class FeedReader implements TopicFollower.Target<String, byte[]>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FeedReader.class);

  private final RecordSeals seals;
  private final long revocationsSince;
  private final AccessState state;
  private final LocalRevocations revocations;
  private final TopicFreshness freshness;
  private final Runnable moved;
  private final Acknowledgements acknowledgements;
  private final Places places = new Places();
  private final TopicFollower<String, byte[]> follower;
  private Map<String, Uuid> topics = Map.of();

  /**
   * @param seals by which records are believed
   * @param moved called after each step
   * @param revocationsSince by the broker's time stamps, milliseconds since the epoch
   */
  FeedReader(
      List<TopicPartition> partitions,
      RecordSeals seals,
      TopicIds topicIds,
      Supplier<Consumer<String, byte[]>> consumers,
      long revocationsSince,
      AccessState state,
      LocalRevocations revocations,
      TopicFreshness freshness,
      Runnable moved,
      Acknowledgements acknowledgements) {
    this.seals = seals;
    this.revocationsSince = revocationsSince;
    this.state = state;
    this.revocations = revocations;
    this.freshness = freshness;
    this.moved = moved;
    this.acknowledgements = acknowledgements;
    this.follower =
        TopicFollower.of(
            "access-reader-" + partitions.getFirst().partition(),
            partitions,
            this,
            topicIds,
            consumers);
  }

  void start() {
    follower.start();
  }

  @Override
  public Map<TopicPartition, StartingPoint> startOf(
      Set<TopicPartition> partitions, Map<String, Uuid> topics) {
    this.topics = topics;
    places.in(topics);
    boolean unused = freshness.reads(partitions, topics);
    var starts = new HashMap<TopicPartition, StartingPoint>();
    for (TopicPartition partition : partitions) {
      Long known = places.of(partition);
      starts.put(
          partition,
          known != null
              ? new StartingPoint.Offset(known)
              : partition.topic().equals(Topics.ACCESS)
                  ? new StartingPoint.Beginning()
                  : new StartingPoint.Since(revocationsSince));
    }
    return starts;
  }

  @Override
  public void apply(ConsumerRecords<String, byte[]> records, Map<TopicPartition, Long> behind) {
    if (state.room().look() == HeapRoom.Level.NONE) {
      // Tried again from here: meanwhile this replica is stale, and refuses rather than end.
      throw new IllegalStateException("the heap has no room for what was read");
    }
    var applied = new HashMap<String, Long>();
    for (ConsumerRecord<String, byte[]> record : records) {
      if (record.topic().equals(Topics.ACCESS)) {
        applyAccess(record, applied);
      } else {
        applyRevocation(record, applied);
      }
    }
    if (!applied.isEmpty()) {
      acknowledgements.applied(applied);
    }
  }

  // Also without records: a position moves over the marks that transactions leave.
  @Override
  public void reached(Map<TopicPartition, Long> positions) {
    places.reached(positions);
    freshness.applied(positions);
    moved.run();
  }

  /** On a topic that was cut the state of every subject is there again, or isn't anywhere. */
  @Override
  public boolean skipTo(Map<TopicPartition, Long> beginnings) {
    places.reached(beginnings);
    return true;
  }

  private void applyAccess(ConsumerRecord<String, byte[]> record, Map<String, Long> applied) {
    try {
      AccessRecord access = EventCodec.decodeAccess(record.key(), seals.valueOf(record));
      if (state.leavesOut(access)) {
        return; // And not acknowledged.
      }
      state.apply(access);
      applied.merge(access.organization().value(), access.position(), Math::max);
    } catch (RuntimeException e) {
      // Whatever is wrong with it: skipping it silently could leave a dead key alive.
      state.applyUnreadable(unreadable(record, false, e));
      log.error(
          "Unreadable access record at {}-{}@{}: {}; its organisation's keys answer 503 until it is mended or acknowledged",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getClass().getSimpleName());
    }
  }

  private void applyRevocation(ConsumerRecord<String, byte[]> record, Map<String, Long> applied) {
    try {
      Revocation revocation = EventCodec.decode(seals.valueOf(record), Revocation.class);
      revocations.apply(revocation);
      // What the ledger decided is in force with its access record, and acknowledged there.
      if (!revocation.stream().startsWith(OrganizationId.PREFIX)) {
        applied.merge(revocation.stream(), revocation.position(), Math::max);
      }
    } catch (RuntimeException e) {
      state.applyUnreadable(unreadable(record, true, e));
      log.error(
          "Unreadable revocation at {}-{}@{}: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getClass().getSimpleName());
    }
  }

  // What an access record holds of a key lets none sign in, and is shown to none all the same.
  private UnreadableRecord unreadable(
      ConsumerRecord<String, byte[]> record, boolean shown, RuntimeException failure) {
    return UnreadableRecord.of(
        record, topics.getOrDefault(record.topic(), Uuid.ZERO_UUID), shown, failure);
  }

  void signalStop() {
    follower.signalStop();
  }

  @Override
  public void close() {
    follower.close();
  }
}
