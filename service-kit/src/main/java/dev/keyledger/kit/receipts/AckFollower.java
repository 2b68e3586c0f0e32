package dev.keyledger.kit.receipts;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.kit.kafka.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code acks.v1} from its beginning and the commits from their end. After an error it begins
 * {@code acks.v1} anew, which changes nothing but the time, and the commits where it stopped.
 */
final class AckFollower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AckFollower.class);
  private static final Duration WHILE_AWAITED = Duration.ofMillis(20);
  private static final Duration WHILE_IDLE = Duration.ofMillis(200);
  private static final Duration AFTER_ERROR = Duration.ofSeconds(1);

  private final KafkaSettings kafka;
  private final CommitTopic commits;
  private final Receipts receipts;
  private final List<TopicPartition> commitPartitions;
  private final Map<TopicPartition, Long> reached = new HashMap<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean closed;

  AckFollower(KafkaSettings kafka, CommitTopic commits, Receipts receipts) {
    this.kafka = kafka;
    this.commits = commits;
    this.receipts = receipts;
    this.commitPartitions =
        IntStream.range(0, Topics.PARTITIONS)
            .mapToObj(partition -> new TopicPartition(commits.topic(), partition))
            .toList();
    this.thread = Thread.ofPlatform().daemon().name("keyledger-receipts").unstarted(this::run);
  }

  void start() {
    thread.start();
    try {
      started.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      try (Consumer<String, byte[]> consumer = new KafkaConsumer<>(config())) {
        seek(consumer);
        started.countDown();
        while (!closed) {
          follow(consumer);
        }
      } catch (KafkaException | IllegalStateException e) {
        log.error("Receipts do not follow Kafka; trying again", e);
        LockSupport.parkNanos(AFTER_ERROR.toNanos());
      }
    }
    started.countDown();
  }

  private Map<String, Object> config() {
    var config = kafka.consumer();
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 500);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    return config;
  }

  private void seek(Consumer<String, byte[]> consumer) {
    var all = new ArrayList<>(commitPartitions);
    all.add(Receipts.ACKS);
    consumer.assign(all);
    consumer.seekToBeginning(List.of(Receipts.ACKS));
    for (TopicPartition partition : commitPartitions) {
      Long position = reached.get(partition);
      if (position == null) {
        consumer.seekToEnd(List.of(partition));
        reached.put(partition, consumer.position(partition));
      } else {
        consumer.seek(partition, position);
      }
    }
    consumer.position(Receipts.ACKS);
  }

  private void follow(Consumer<String, byte[]> consumer) {
    ConsumerRecords<String, byte[]> records =
        consumer.poll(receipts.isAwaited() ? WHILE_AWAITED : WHILE_IDLE);
    long acksPosition = consumer.position(Receipts.ACKS);
    receipts.step(() -> {
      long now = receipts.now();
      records.forEach(record -> read(record, now));
      receipts.evaluator().readUpTo(acksPosition, now);
    });
    for (TopicPartition partition : records.partitions()) {
      reached.computeIfPresent(partition, (same, before) -> consumer.position(partition));
    }
  }

  private void read(ConsumerRecord<String, byte[]> record, long now) {
    try {
      if (record.topic().equals(Receipts.ACKS.topic())) {
        receipts.evaluator().acked(EventCodec.decode(record.value(), Ack.class), now);
      } else {
        CommitTopic.Commit commit = commits.read(record);
        if (commit != null) {
          receipts.evaluator().committed(commit.stream(), commit.position(), now);
        }
      }
    } catch (EventCodec.UnreadableException | NumberFormatException e) {
      // An acknowledgement that can't be read is one that is missing: its receipt comes later.
      log.error("Unreadable record at offset {} of {}", record.offset(), record.topic(), e);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      if (thread.isAlive()) {
        thread.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
