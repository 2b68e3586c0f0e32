package dev.keyledger.query.projection.follow;

import dev.keyledger.events.Topics;
import dev.keyledger.query.database.Transactions;
import dev.keyledger.query.projection.apply.Applier;
import dev.keyledger.query.projection.apply.LedgerRecord;
import dev.keyledger.query.versions.AppliedListener;
import dev.keyledger.query.versions.Offsets;
import dev.keyledger.query.versions.ViewVersion;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread of one view version: takes its share of the partitions from the consumer group, starts
 * each where PostgreSQL says, and applies what it polls, a poll at a time.
 */
final class ProjectionFollower implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ProjectionFollower.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  private final ViewVersion version;
  private final DataSource database;
  private final Applier applier;
  private final List<AppliedListener> listeners;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile boolean outOfRange;

  ProjectionFollower(
      ViewVersion version,
      DataSource database,
      Applier applier,
      List<AppliedListener> listeners,
      KafkaConsumer<byte[], byte[]> consumer) {
    this.version = version;
    this.database = database;
    this.applier = applier;
    this.listeners = listeners;
    this.consumer = consumer;
  }

  @Override
  public void run() {
    try (consumer) {
      consumer.subscribe(List.of(Topics.EVENTS), new StartWhereStored());
      while (!stopped(Duration.ZERO)) {
        step();
      }
    } catch (WakeupException | InterruptException e) {
      log.debug("view version {}: woken to stop", version.number());
    }
  }

  private void step() {
    try {
      pollAndApply();
      outOfRange = false;
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (OffsetOutOfRangeException e) {
      outOfRange = true;
      log.error(
          "view version {}: the topic doesn't hold what follows on what was applied",
          version.number());
      retryLater();
    } catch (SQLException | RuntimeException e) {
      if (isRetired(e)) {
        log.info("view version {} of the views is gone, its reader ends", version.number());
        stop.countDown();
        return;
      }
      log.warn(
          "view version {}: applying failed and is tried again: {}", version.number(), describe(e));
      retryLater();
    }
  }

  private void pollAndApply() throws SQLException {
    ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
    // Markers of transactions move a position without any record.
    if (polled.nextOffsets().isEmpty()) {
      return;
    }
    var records = new ArrayList<LedgerRecord>(polled.count());
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      records.add(LedgerRecord.of(record));
    }
    Map<Integer, Long> next = new HashMap<>();
    polled
        .nextOffsets()
        .forEach((partition, offset) -> next.put(partition.partition(), offset.offset()));
    int events = applier.apply(version, records, next);
    listeners.forEach(l -> l.applied(events));
  }

  /** What was polled and not applied is polled again, from where PostgreSQL says. */
  private void retryLater() {
    while (!stopped(Duration.ofMillis(500))) {
      try {
        seek(consumer.assignment());
        return;
      } catch (SQLException | RuntimeException e) {
        if (isRetired(e)) {
          stop.countDown();
        } else {
          log.warn("view version {}: positions cannot be read: {}", version.number(), describe(e));
        }
      }
    }
  }

  private void seek(Collection<TopicPartition> partitions) throws SQLException {
    if (partitions.isEmpty()) {
      return;
    }
    Map<Integer, Offsets.PartitionProgress> stored =
        Transactions.run(database, connection -> Offsets.read(connection, version));
    for (TopicPartition partition : partitions) {
      Offsets.PartitionProgress progress = stored.get(partition.partition());
      consumer.seek(partition, progress == null ? 0 : progress.nextOffset());
    }
  }

  private final class StartWhereStored implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      try {
        seek(partitions);
      } catch (SQLException e) {
        throw new PositionsUnreadableException(e);
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // Nothing is kept between polls: whoever comes next reads PostgreSQL.
    }
  }

  /** Thrown through the Kafka client's rebalance, which otherwise would poll from nowhere. */
  private static final class PositionsUnreadableException extends RuntimeException {
    PositionsUnreadableException(SQLException cause) {
      super(cause);
    }
  }

  private boolean stopped(Duration patience) {
    try {
      return stop.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** 42P01: the tables were dropped behind a swap. */
  private static boolean isRetired(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof SQLException sql && "42P01".equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  // A message of the driver's may quote a value; its state never does.
  private static String describe(Throwable e) {
    return e instanceof SQLException sql
        ? "SQL state " + sql.getSQLState()
        : e.getClass().getSimpleName();
  }

  void stop() {
    stop.countDown();
    consumer.wakeup();
  }

  /** Whether the topic has lost what comes next: a restored or recreated topic, never in order. */
  boolean isOutOfRange() {
    return outOfRange;
  }
}
