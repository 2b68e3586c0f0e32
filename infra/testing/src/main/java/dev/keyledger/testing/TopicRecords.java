package dev.keyledger.testing;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All records of a topic up to its ends as they are now, as an administrator reads them. */
public final class TopicRecords {
  private static final Duration POLL = Duration.ofMillis(200);

  private TopicRecords() {}

  public static void each(
      Cluster cluster, String topic, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
    each(cluster, topic, Map.of(), visitor);
  }

  /**
   * @param more settings of the consumer
   */
  public static void each(
      Cluster cluster,
      String topic,
      Map<String, ?> more,
      Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
    var settings = new HashMap<String, Object>(cluster.servers().kafkaProperties());
    settings.putAll(more);
    settings.put("bootstrap.servers", cluster.servers().bootstrapServers());
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(POLL).forEach(visitor);
      }
    }
  }
}
