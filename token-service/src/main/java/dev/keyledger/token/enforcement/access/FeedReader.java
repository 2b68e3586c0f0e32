package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that reads some partitions of {@code access.v1} and the same of {@code
 * revocations.v1}, so that an organisation's records are applied by one thread. After an error it
 * begins anew with another consumer where it had stopped applying.
 */
final class FeedReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FeedReader.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(500);

  private final List<TopicPartition> partitions;
  private final Supplier<Consumer<String, byte[]>> consumers;
  private final long revocationsSince;
  private final AccessState state;
  private final LocalRevocations revocations;
  private final AccessFreshness freshness;
  private final Acknowledgements acknowledgements;
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private final Thread thread;
  private volatile @Nullable Consumer<String, byte[]> consumer;
  private volatile boolean closed;

  /**
   * @param revocationsSince by the broker's time stamps, milliseconds since the epoch
   */
  FeedReader(
      List<TopicPartition> partitions,
      Supplier<Consumer<String, byte[]>> consumers,
      long revocationsSince,
      AccessState state,
      LocalRevocations revocations,
      AccessFreshness freshness,
      Acknowledgements acknowledgements) {
    this.partitions = List.copyOf(partitions);
    this.consumers = consumers;
    this.revocationsSince = revocationsSince;
    this.state = state;
    this.revocations = revocations;
    this.freshness = freshness;
    this.acknowledgements = acknowledgements;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("access-reader-" + partitions.getFirst().partition())
            .unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      try (Consumer<String, byte[]> fresh = consumers.get()) {
        consumer = fresh;
        begin(fresh);
        while (!closed) {
          apply(fresh, fresh.poll(POLL));
        }
      } catch (WakeupException | InterruptException e) {
        // The feed closes this reader, or the loop begins anew.
      } catch (RuntimeException e) {
        log.error("Reading the access topics failed, it begins anew: {}", e.toString());
        pause();
      } finally {
        consumer = null;
      }
    }
  }

  private void begin(Consumer<String, byte[]> fresh) {
    fresh.assign(partitions);
    var byTime = new HashMap<TopicPartition, Long>();
    for (TopicPartition partition : partitions) {
      Long known = next.get(partition);
      if (known != null) {
        fresh.seek(partition, known);
      } else if (partition.topic().equals(Topics.ACCESS)) {
        fresh.seekToBeginning(List.of(partition));
      } else {
        byTime.put(partition, revocationsSince);
      }
    }
    if (!byTime.isEmpty()) {
      // Where nothing is that young, the end is asked for first; what is committed meanwhile comes
      // after it. Seeking to the end would look only later, and skip that.
      Map<TopicPartition, Long> ends = fresh.endOffsets(byTime.keySet());
      Map<TopicPartition, @Nullable OffsetAndTimestamp> starts = fresh.offsetsForTimes(byTime);
      for (TopicPartition partition : byTime.keySet()) {
        OffsetAndTimestamp start = starts.get(partition);
        Long end = ends.get(partition);
        fresh.seek(partition, start != null ? start.offset() : end == null ? 0 : end);
      }
    }
    report(fresh);
  }

  private void apply(Consumer<String, byte[]> from, ConsumerRecords<String, byte[]> records) {
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
    report(from);
  }

  // Also without records: a position moves over the marks that transactions leave.
  private void report(Consumer<String, byte[]> from) {
    for (TopicPartition partition : partitions) {
      long position = from.position(partition);
      next.put(partition, position);
      freshness.applied(partition, position);
    }
  }

  private void applyAccess(ConsumerRecord<String, byte[]> record, Map<String, Long> applied) {
    try {
      AccessRecord access = EventCodec.decodeAccess(record.key(), record.value());
      state.apply(access);
      applied.merge(access.organization().value(), access.position(), Math::max);
    } catch (RuntimeException e) {
      // Whatever is wrong with it: skipping it silently could leave a dead key alive.
      state.applyUnreadable(record.key(), organizationOf(record), record.partition());
      log.error(
          "Unreadable access record at {}-{}@{}: {}; its organisation's keys answer 503 until it is mended",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getClass().getSimpleName());
    }
  }

  private void applyRevocation(ConsumerRecord<String, byte[]> record, Map<String, Long> applied) {
    try {
      Revocation revocation = EventCodec.decode(record.value(), Revocation.class);
      revocations.apply(revocation);
      // What the ledger decided is in force with its access record, and acknowledged there.
      if (!revocation.stream().startsWith(OrganizationId.PREFIX)) {
        applied.merge(revocation.stream(), revocation.position(), Math::max);
      }
    } catch (RuntimeException e) {
      state.applyUnreadable(
          "revocation " + record.partition() + "@" + record.offset(),
          organizationOf(record),
          record.partition());
      log.error(
          "Unreadable revocation at {}-{}@{}: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getClass().getSimpleName());
    }
  }

  private static @Nullable OrganizationId organizationOf(ConsumerRecord<String, byte[]> record) {
    try {
      String text = CloudEventHeaders.organizationOf(record.headers());
      return text == null ? null : new OrganizationId(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE_AFTER_ERROR);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    Consumer<String, byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    try {
      if (!thread.join(Duration.ofSeconds(2))) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
