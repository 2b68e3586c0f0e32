package dev.keyledger.query.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicFollowerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PARTITION = 0;

  private final String topic = "follower-" + UuidCreator.getTimeOrderedEpoch();
  private final KafkaSettings settings = KafkaSettings.of(Servers.forTests().bootstrapServers());
  private final KafkaAccess kafka = new KafkaAccess(settings);
  private final List<TopicFollower<byte[], byte[]>> followers = new ArrayList<>();
  private KafkaProducer<String, byte[]> producer;

  /** Keeps what it is given; what goes wrong is the test's to say. */
  private static class Kept implements TopicFollower.Target<byte[], byte[]> {
    final List<String> applied = new CopyOnWriteArrayList<>();
    final Map<Integer, Long> offsets = new ConcurrentHashMap<>();

    @Override
    public Map<Integer, Long> nextOffsets() {
      return Map.copyOf(offsets);
    }

    @Override
    public void apply(ConsumerRecords<byte[], byte[]> records, Map<Integer, Long> nextOffsets)
        throws Exception {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        applied.add(new String(record.value(), StandardCharsets.UTF_8));
      }
      offsets.putAll(nextOffsets);
    }

    @Override
    public boolean skipTo(Map<Integer, Long> beginnings) {
      return false;
    }

    @Override
    public boolean isGone(Exception failure) {
      return false;
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
  void stop() throws InterruptedException {
    for (var follower : followers) {
      follower.stop(Duration.ofSeconds(5));
      assertThat(follower.isRunning()).isFalse();
    }
    producer.close(Duration.ofSeconds(5));
    kafka.close();
  }

  @Test
  void whatCouldNotBeAppliedIsAppliedLaterThoughItsPlaceCannotBeReadAtFirst() {
    var failures = new AtomicInteger();
    var target =
        new Kept() {
          @Override
          public Map<Integer, Long> nextOffsets() {
            int before = failures.get();
            if (before >= 1 && before < 3) {
              failures.incrementAndGet();
              throw new IllegalStateException("away");
            }
            return super.nextOffsets();
          }

          @Override
          public void apply(ConsumerRecords<byte[], byte[]> records, Map<Integer, Long> next)
              throws Exception {
            if (!records.isEmpty() && failures.compareAndSet(0, 1)) {
              throw new java.sql.SQLException("away");
            }
            super.apply(records, next);
          }
        };
    follow(target);

    send("a", "b");

    await().atMost(PATIENCE).until(() -> target.applied.size() >= 2);
    assertThat(target.applied).containsExactly("a", "b");
    assertThat(failures).hasValue(3);
  }

  @Test
  void whereTheTopicHasForgottenATargetThatMaySkipGoesOnWithTheRest() throws Exception {
    send("a", "b", "c");
    forgetBefore(2);
    var target =
        new Kept() {
          @Override
          public boolean skipTo(Map<Integer, Long> beginnings) {
            offsets.putAll(beginnings);
            return true;
          }
        };

    var follower = follow(target);

    await().atMost(PATIENCE).until(() -> !target.applied.isEmpty());
    assertThat(target.applied).containsExactly("c");
    assertThat(follower.hasLostRecords()).isFalse();
  }

  @Test
  void whereTheTopicHasForgottenATargetThatMustNotSkipStaysAndTheFollowerSaysSo() throws Exception {
    send("a", "b", "c");
    forgetBefore(2);
    var target = new Kept();

    var follower = follow(target);

    await().atMost(PATIENCE).until(follower::hasLostRecords);
    assertThat(target.applied).isEmpty();
    assertThat(follower.isRunning()).isTrue();

    target.offsets.put(PARTITION, 2L);
    await().atMost(PATIENCE).until(() -> target.applied.equals(List.of("c")));
    await().atMost(PATIENCE).until(() -> !follower.hasLostRecords());
  }

  @Test
  void itEndsWhenItsTargetIsGone() {
    var target =
        new Kept() {
          @Override
          public void apply(ConsumerRecords<byte[], byte[]> records, Map<Integer, Long> next) {
            throw new IllegalStateException("dropped");
          }

          @Override
          public boolean isGone(Exception failure) {
            return "dropped".equals(failure.getMessage());
          }
        };
    var follower = follow(target);

    send("a");

    await().atMost(PATIENCE).until(() -> !follower.isRunning());
  }

  @Test
  void aConsumerThatCannotBeMadeIsMadeLater() {
    var attempts = new AtomicInteger();
    var target = new Kept();
    send("a");

    follow(
        target,
        () -> {
          if (attempts.incrementAndGet() < 3) {
            throw new KafkaException("no such host");
          }
          return kafka.consumer(topic, 100);
        });

    await().atMost(PATIENCE).until(() -> target.applied.equals(List.of("a")));
    assertThat(attempts).hasValue(3);
  }

  private TopicFollower<byte[], byte[]> follow(Kept target) {
    return follow(target, () -> kafka.consumer(topic, 100));
  }

  private TopicFollower<byte[], byte[]> follow(
      Kept target, Supplier<Consumer<byte[], byte[]>> consumers) {
    var follower = new TopicFollower<>("follower", topic, target, consumers);
    followers.add(follower);
    follower.start();
    return follower;
  }

  private void send(String... values) {
    for (String value : values) {
      producer.send(
          new ProducerRecord<>(topic, PARTITION, "key", value.getBytes(StandardCharsets.UTF_8)));
    }
    producer.flush();
  }

  private void forgetBefore(long offset) throws Exception {
    try (var admin = settings.admin()) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topic, PARTITION), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    }
  }
}
