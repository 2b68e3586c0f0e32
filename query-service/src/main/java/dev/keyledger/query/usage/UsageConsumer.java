package dev.keyledger.query.usage;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Usage;
import dev.keyledger.query.kafka.KafkaAccess;
import dev.keyledger.query.usage.UsageTable.Delivered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Reads {@code usage.v1}, which forgets after a week and is no ledger: what can't be read is left.
 */
@Component
final class UsageConsumer implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(UsageConsumer.class);

  private static final int POLLED_AT_ONCE = 2_000;

  private final UsageTable table;
  private final Supplier<KafkaConsumer<byte[], byte[]>> consumers;
  private CountDownLatch stop = new CountDownLatch(1);
  private @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private @Nullable Thread thread;

  UsageConsumer(UsageTable table, KafkaAccess kafka) {
    this.table = table;
    this.consumers = () -> kafka.consumer("keyledger-query-usage", POLLED_AT_ONCE);
  }

  @Override
  public void start() {
    stop = new CountDownLatch(1);
    KafkaConsumer<byte[], byte[]> own = consumers.get();
    consumer = own;
    thread = Thread.ofPlatform().name("usage").start(() -> read(own));
  }

  private void read(KafkaConsumer<byte[], byte[]> own) {
    try (own) {
      own.subscribe(List.of(Topics.USAGE), new StartWhereStored(own));
      while (!stopped(Duration.ZERO)) {
        step(own);
      }
    } catch (WakeupException | InterruptException e) {
      log.debug("woken to stop");
    }
  }

  private void step(KafkaConsumer<byte[], byte[]> own) {
    try {
      ConsumerRecords<byte[], byte[]> polled = own.poll(Duration.ofSeconds(1));
      if (!polled.nextOffsets().isEmpty()) {
        table.add(delivered(polled), nextOffsets(polled));
      }
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (OffsetOutOfRangeException e) {
      skip(own, e.partitions());
    } catch (RuntimeException e) {
      log.warn("uses cannot be counted just now: {}", e.getClass().getSimpleName());
      if (!stopped(Duration.ofMillis(500))) {
        seekAgain(own);
      }
    }
  }

  private void skip(KafkaConsumer<byte[], byte[]> own, Collection<TopicPartition> partitions) {
    log.warn("the topic of uses has forgotten some before they were counted");
    Map<Integer, Long> beginnings = new HashMap<>();
    own.beginningOffsets(partitions).forEach((p, offset) -> beginnings.put(p.partition(), offset));
    table.skipTo(beginnings);
    partitions.forEach(p -> own.seek(p, beginnings.getOrDefault(p.partition(), 0L)));
  }

  private void seekAgain(KafkaConsumer<byte[], byte[]> own) {
    try {
      seek(own, own.assignment());
    } catch (RuntimeException e) {
      log.warn("offsets cannot be read just now: {}", e.getClass().getSimpleName());
    }
  }

  private void seek(KafkaConsumer<byte[], byte[]> own, Collection<TopicPartition> partitions) {
    Map<Integer, Long> stored = table.offsets();
    partitions.forEach(p -> own.seek(p, stored.getOrDefault(p.partition(), 0L)));
  }

  private static List<Delivered> delivered(ConsumerRecords<byte[], byte[]> polled) {
    List<Delivered> delivered = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      try {
        Usage usage =
            EventCodec.decode(record.value() == null ? new byte[0] : record.value(), Usage.class);
        if (isWhole(usage)) {
          delivered.add(new Delivered(record.partition(), record.offset(), usage));
          continue;
        }
      } catch (EventCodec.UnreadableException e) {
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

  private static Map<Integer, Long> nextOffsets(ConsumerRecords<byte[], byte[]> polled) {
    Map<Integer, Long> next = new HashMap<>();
    polled.nextOffsets().forEach((p, offset) -> next.put(p.partition(), offset.offset()));
    return next;
  }

  private final class StartWhereStored implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> own;

    StartWhereStored(KafkaConsumer<byte[], byte[]> own) {
      this.own = own;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      seek(own, partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // Offsets are stored with the counts.
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

  @Override
  public void stop() {
    stop.countDown();
    if (consumer != null) {
      consumer.wakeup();
    }
    try {
      if (thread != null) {
        thread.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread = null;
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }
}
