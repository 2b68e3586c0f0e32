package dev.keyledger.kit.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How clients of Kafka are made. Keys are text, values bytes.
 *
 * @param replicationFactor of the topics that a service creates, at least 1
 * @param properties anything else for every client, for example {@code security.protocol}
 */
@ConfigurationProperties("keyledger.kafka")
public record KafkaSettings(
    @DefaultValue("localhost:9092") String bootstrapServers,
    @DefaultValue("1") short replicationFactor,
    @DefaultValue Map<String, String> properties) {

  /** What the guarantees stand on, in every client of Kafka. */
  private static final Map<String, String> INVARIANTS =
      Map.of(
          ProducerConfig.ACKS_CONFIG, "all",
          ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
          ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");

  private static final List<String> OURS =
      List.of(
          ProducerConfig.TRANSACTIONAL_ID_CONFIG,
          ProducerConfig.PARTITIONER_CLASS_CONFIG,
          ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION);

  /**
   * @throws IllegalArgumentException when a property contradicts a guarantee
   */
  public KafkaSettings {
    if (replicationFactor < 1) {
      throw new IllegalArgumentException(
          "keyledger.kafka.replication-factor is " + replicationFactor + ", it must be at least 1");
    }
    properties = Map.copyOf(properties);
    check(properties);
  }

  public static KafkaSettings of(String bootstrapServers) {
    return new KafkaSettings(bootstrapServers, (short) 1, Map.of());
  }

  public Admin admin() {
    var config = common();
    config.put(AdminClientConfig.RETRY_BACKOFF_MS_CONFIG, 20);
    // The default strategy starts over a thousand times a second, and logs it, while no broker is
    // there; the nodes that it knows are tried again anyway.
    config.put(AdminClientConfig.METADATA_RECOVERY_STRATEGY_CONFIG, "none");
    return Admin.create(config);
  }

  /**
   * For a consumer that keeps its own position, sees only what is committed, and is handed a record
   * as soon as there is one.
   */
  public Map<String, Object> consumer() {
    var config = common();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
    config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return config;
  }

  /**
   * For the consumer of a {@link TopicFollower}: it starts nowhere by itself, so that an offset
   * that the topic no longer holds is an error and never a silent leap.
   */
  public Map<String, Object> follower() {
    var config = consumer();
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return config;
  }

  /** For a producer whose success means that the record is kept, once, in the order of sending. */
  public Map<String, Object> producer() {
    var config = common();
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return config;
  }

  private Map<String, Object> common() {
    var config = new HashMap<String, Object>(properties);
    config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return config;
  }

  /** Without the properties, among which is a password where brokers tell clients apart. */
  @Override
  public String toString() {
    return "KafkaSettings[" + bootstrapServers + ", " + properties.keySet() + "]";
  }

  private static void check(Map<String, String> given) {
    INVARIANTS.forEach((name, needed) -> {
      String found = given.getOrDefault(name, needed);
      if (!found.equals(needed)) {
        throw new IllegalArgumentException(
            "keyledger.kafka.properties sets %s to %s, but a guarantee needs %s"
                .formatted(name, found, needed));
      }
    });
    for (String name : OURS) {
      if (given.containsKey(name)) {
        throw new IllegalArgumentException(
            "keyledger.kafka.properties must not set " + name + ": the platform decides it");
      }
    }
  }
}
