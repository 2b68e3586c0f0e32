package dev.keyledger.benchmarks.ceiling;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads {@code events.v1} from its beginning to its end and decodes every event: no view at all.
 */
public final class BareRead {
  private BareRead() {}

  /** Events a second. */
  public static double perSecond(String bootstrapServers, LongSupplier nanos) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "isolation.level", "read_committed",
                "max.poll.records", "5000"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, Topics.PARTITIONS)
              .mapToObj(partition -> new TopicPartition(Topics.EVENTS, partition))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.seekToBeginning(partitions);
      long startedAt = nanos.getAsLong();
      long read = 0;
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          EventCodec.decodeEvent(record.value());
          read++;
        }
      }
      return read * 1e9 / (nanos.getAsLong() - startedAt);
    }
  }
}
