package dev.keyledger.kit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.infra.servers.Servers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A topic, and followers of it whose targets keep what they are given. */
abstract class TopicFollowers {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  final String topic = "follower-" + UuidCreator.getTimeOrderedEpoch();
  final TopicPartition partition = new TopicPartition(topic, 0);
  final KafkaSettings settings = KafkaSettings.of(Servers.forTests().bootstrapServers());
  final List<TopicFollower<String, byte[]>> followers = new ArrayList<>();
  final AdminTopicIds topicIds = new AdminTopicIds(settings::admin);
  KafkaProducer<String, byte[]> producer;

  /** Keeps what it is given; what goes wrong is the test's to say. */
  static class Kept implements TopicFollower.Target<String, byte[]> {
    final List<String> applied = new CopyOnWriteArrayList<>();
    final Map<TopicPartition, Long> offsets = new ConcurrentHashMap<>();
    volatile Map<TopicPartition, Long> reached = Map.of();

    StartingPoint first() {
      return new StartingPoint.Offset(0);
    }

    @Override
    public Map<TopicPartition, StartingPoint> startOf(
        Set<TopicPartition> partitions, Map<String, Uuid> topics) {
      var starts = new HashMap<TopicPartition, StartingPoint>();
      for (TopicPartition one : partitions) {
        Long next = offsets.get(one);
        starts.put(one, next == null ? first() : new StartingPoint.Offset(next));
      }
      return starts;
    }

    @Override
    public void apply(ConsumerRecords<String, byte[]> records, Map<TopicPartition, Long> next)
        throws Exception {
      for (ConsumerRecord<String, byte[]> record : records) {
        applied.add(new String(record.value(), StandardCharsets.UTF_8));
      }
      offsets.putAll(next);
    }

    @Override
    public void reached(Map<TopicPartition, Long> positions) {
      reached = Map.copyOf(positions);
    }

    @Override
    public boolean skipTo(Map<TopicPartition, Long> beginnings) {
      return false;
    }
  }

  /** Fails at the first records that it is given, as it is told. */
  static final class FailingOnce extends Kept {
    final AtomicInteger failures = new AtomicInteger();
    final Supplier<? extends Throwable> failure;

    FailingOnce(Supplier<? extends Throwable> failure) {
      this.failure = failure;
    }

    @Override
    public void apply(ConsumerRecords<String, byte[]> records, Map<TopicPartition, Long> next)
        throws Exception {
      if (!records.isEmpty() && failures.getAndIncrement() == 0) {
        switch (failure.get()) {
          case Error error -> throw error;
          case Exception exception -> throw exception;
          default -> throw new AssertionError("neither");
        }
      }
      super.apply(records, next);
    }
  }

  @BeforeEach
  void start() throws Exception {
    try (var admin = settings.admin()) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
    producer = new KafkaProducer<>(settings.producer());
  }

  @AfterEach
  void stop() {
    for (var follower : followers) {
      follower.close();
      assertThat(follower.isRunning()).isFalse();
    }
    topicIds.close();
    producer.close(Duration.ofSeconds(5));
  }

  Map<String, Object> config() {
    var config = settings.follower();
    config.put("group.id", topic);
    return config;
  }

  Consumer<String, byte[]> consumer() {
    return new KafkaConsumer<>(config());
  }

  TopicFollower<String, byte[]> follow(Kept target) {
    return follow(target, this::consumer);
  }

  TopicFollower<String, byte[]> follow(Kept target, Supplier<Consumer<String, byte[]>> consumers) {
    return started(TopicFollower.shared("follower", topic, target, topicIds, consumers));
  }

  TopicFollower<String, byte[]> followAlone(
      Kept target, Supplier<Consumer<String, byte[]>> consumers) {
    return started(TopicFollower.of("follower", List.of(partition), target, topicIds, consumers));
  }

  TopicFollower<String, byte[]> started(TopicFollower<String, byte[]> follower) {
    followers.add(follower);
    follower.start();
    return follower;
  }

  ProducerRecord<String, byte[]> record(String value) {
    return new ProducerRecord<>(topic, 0, "key", value.getBytes(StandardCharsets.UTF_8));
  }

  void send(String... values) {
    for (String value : values) {
      producer.send(record(value));
    }
    producer.flush();
  }

  void sendAt(long millis, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    producer.send(new ProducerRecord<>(topic, 0, millis, "key", bytes));
    producer.flush();
  }

  void forgetBefore(long offset) throws Exception {
    try (var admin = settings.admin()) {
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all().get();
    }
  }

  Uuid idOfTopic() {
    return topicIds.ask(Set.of(topic)).join().get(topic);
  }

  /** Deletes the topic, and makes another of its name with these records in it. */
  void makeAnew(String... values) throws Exception {
    try (var admin = settings.admin()) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
    createAnew(values);
  }

  /** Makes the topic that was deleted once more, with these records in it. */
  void createAnew(String... values) throws Exception {
    try (var admin = settings.admin()) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(
              () -> admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get());
    }
    try (var another = new KafkaProducer<String, byte[]>(settings.producer())) {
      for (String value : values) {
        another.send(record(value)).get();
      }
    }
  }
}
