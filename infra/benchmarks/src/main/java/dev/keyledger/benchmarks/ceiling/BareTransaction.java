package dev.keyledger.benchmarks.ceiling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What a revocation costs on Kafka alone: one small record to each of three topics in one
 * transaction, until a consumer that reads only what is committed has it.
 */
public final class BareTransaction implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("benchmark.events", "benchmark.access", "benchmark.revocations");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final LongSupplier nanos;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;

  public BareTransaction(String bootstrapServers, LongSupplier nanos) {
    this.nanos = nanos;
    makeTopics(bootstrapServers);
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "transactional.id", "benchmark",
                "linger.ms", "0"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        NAMES.stream().map(name -> new TopicPartition(name, 0)).toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  private static void makeTopics(String bootstrapServers) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      var topics =
          NAMES.stream().map(name -> new NewTopic(name, Optional.of(1), Optional.empty())).toList();
      admin.createTopics(topics).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException("no topics to measure with", e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while topics were made", e);
    }
  }

  /**
   * Nanoseconds from the transaction's beginning to the last of its records, for each of so many
   * transactions that begin at the given distance.
   */
  public List<Long> latencies(int transactions, Duration apart) {
    var latencies = new ArrayList<Long>();
    long due = nanos.getAsLong();
    for (int i = 0; i < transactions; i++) {
      for (long now = nanos.getAsLong(); now < due; now = nanos.getAsLong()) {
        LockSupport.parkNanos(due - now);
      }
      due += apart.toNanos();
      latencies.add(once());
    }
    return latencies;
  }

  private long once() {
    long sentAt = nanos.getAsLong();
    producer.beginTransaction();
    for (String name : NAMES) {
      producer.send(new ProducerRecord<>(name, 0, new byte[40], new byte[400]));
    }
    producer.commitTransaction();
    int missing = NAMES.size();
    while (missing > 0) {
      if (nanos.getAsLong() - sentAt > PATIENCE.toNanos()) {
        throw new IllegalStateException("a committed record did not come in " + PATIENCE);
      }
      for (ConsumerRecord<byte[], byte[]> ignored : consumer.poll(Duration.ofMillis(100))) {
        missing--;
      }
    }
    return nanos.getAsLong() - sentAt;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    consumer.close();
  }
}
