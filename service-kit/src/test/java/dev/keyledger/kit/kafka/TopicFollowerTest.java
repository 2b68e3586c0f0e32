package dev.keyledger.kit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.infra.servers.Servers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
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
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicFollowerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String topic = "follower-" + UuidCreator.getTimeOrderedEpoch();
  private final TopicPartition partition = new TopicPartition(topic, 0);
  private final KafkaSettings settings = KafkaSettings.of(Servers.forTests().bootstrapServers());
  private final List<TopicFollower<String, byte[]>> followers = new ArrayList<>();
  private KafkaProducer<String, byte[]> producer;

  /** Keeps what it is given; what goes wrong is the test's to say. */
  private static class Kept implements TopicFollower.Target<String, byte[]> {
    final List<String> applied = new CopyOnWriteArrayList<>();
    final Map<TopicPartition, Long> offsets = new ConcurrentHashMap<>();
    volatile Map<TopicPartition, Long> reached = Map.of();

    StartingPoint first() {
      return new StartingPoint.Offset(0);
    }

    @Override
    public Map<TopicPartition, StartingPoint> startOf(Set<TopicPartition> partitions) {
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
  private static final class FailingOnce extends Kept {
    private final AtomicInteger failures = new AtomicInteger();
    private final Supplier<? extends Throwable> failure;

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
    producer.close(Duration.ofSeconds(5));
  }

  @Test
  void whatCouldNotBeAppliedIsAppliedLaterThoughItsPlaceCannotBeReadAtFirst() {
    var failures = new AtomicInteger();
    var target =
        new Kept() {
          @Override
          public Map<TopicPartition, StartingPoint> startOf(Set<TopicPartition> partitions) {
            int before = failures.get();
            if (before >= 1 && before < 3) {
              failures.incrementAndGet();
              throw new IllegalStateException("away");
            }
            return super.startOf(partitions);
          }

          @Override
          public void apply(ConsumerRecords<String, byte[]> records, Map<TopicPartition, Long> next)
              throws Exception {
            if (!records.isEmpty() && failures.compareAndSet(0, 1)) {
              throw new SQLException("away");
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
  void theFirstPlaceOfAShareOfTheGroupMayBeUnreadableForAWhile() {
    var failures = new AtomicInteger();
    var target =
        new Kept() {
          @Override
          public Map<TopicPartition, StartingPoint> startOf(Set<TopicPartition> partitions) {
            if (failures.incrementAndGet() < 4) {
              throw new IllegalStateException("away");
            }
            return super.startOf(partitions);
          }
        };
    send("a", "b");
    var consumersMade = new AtomicInteger();
    var follower =
        follow(
            target,
            () -> {
              consumersMade.incrementAndGet();
              return consumer();
            });

    await().atMost(PATIENCE).until(() -> target.applied.equals(List.of("a", "b")));
    await().atMost(PATIENCE).until(() -> !follower.isFailing());
    assertThat(consumersMade).hasValue(1);
  }

  @Test
  void aSeekThatFailsIsNoReasonToReadOn() {
    var target = new FailingOnce(() -> new SQLException("away"));
    var seeks = new AtomicInteger();
    followAlone(
        target,
        () ->
            new KafkaConsumer<String, byte[]>(config()) {
              @Override
              public void seek(TopicPartition to, long offset) {
                // The first puts it at its start, the next two would go back to what failed.
                int number = seeks.getAndIncrement();
                if (number == 1 || number == 2) {
                  throw new KafkaException("no seek");
                }
                super.seek(to, offset);
              }
            });

    send("a", "b", "c");

    await().atMost(PATIENCE).until(() -> target.applied.size() >= 3);
    assertThat(target.applied).containsExactly("a", "b", "c");
    assertThat(seeks).hasValueGreaterThanOrEqualTo(4);
  }

  @Test
  void anErrorIsNoReasonToEnd() {
    var target = new FailingOnce(() -> new OutOfMemoryError("for the test"));
    var follower = follow(target);

    send("a", "b");

    await().atMost(PATIENCE).until(() -> target.applied.equals(List.of("a", "b")));
    assertThat(follower.isRunning()).isTrue();
  }

  @Test
  void aFailureThatCannotBeToldIsNoReasonToEnd() {
    var target =
        new FailingOnce(() ->
            new IllegalStateException("first") {
              @Override
              public StackTraceElement[] getStackTrace() {
                throw new OutOfMemoryError("of the telling");
              }
            });
    var follower = follow(target);

    send("a", "b");

    await().atMost(PATIENCE).until(() -> target.applied.equals(List.of("a", "b")));
    assertThat(follower.isRunning()).isTrue();
  }

  @Test
  void anInterruptIsNoReasonToEnd() {
    var target =
        new FailingOnce(() -> {
          Thread.currentThread().interrupt();
          return new InterruptedException("nobody asked it to end");
        });
    var follower = follow(target);

    send("a", "b");

    await().atMost(PATIENCE).until(() -> target.applied.equals(List.of("a", "b")));
    assertThat(follower.isRunning()).isTrue();
  }

  @Test
  void aPollThatFailsIsDoneAgainByAnotherConsumer() {
    var broken = new MockConsumer<String, byte[]>("none");
    broken.setPollException(new KafkaException("broken"));
    var working = new ArrayList<>(List.of(broken));
    var target = new Kept();
    send("a");

    followAlone(target, () -> working.isEmpty() ? consumer() : working.removeLast());

    await().atMost(PATIENCE).until(() -> target.applied.equals(List.of("a")));
    assertThat(broken.closed()).isTrue();
  }

  @Test
  void itSaysThatItFailsForAsLongAsItDoes() {
    var away = new AtomicInteger(1);
    var target =
        new Kept() {
          @Override
          public void apply(ConsumerRecords<String, byte[]> records, Map<TopicPartition, Long> next)
              throws Exception {
            if (away.get() > 0) {
              throw new SQLException("away");
            }
            super.apply(records, next);
          }
        };
    var follower = follow(target);
    send("a");

    await().atMost(PATIENCE).until(follower::isFailing);
    assertThat(follower.isRunning()).isTrue();
    away.set(0);
    await().atMost(PATIENCE).until(() -> !follower.isFailing());
    assertThat(target.applied).containsExactly("a");
  }

  @Test
  void marksThatTransactionsLeaveArePassed() {
    var config = settings.producer();
    config.put("transactional.id", topic);
    var target = new Kept();
    followAlone(target, this::consumer);
    try (var transactional = new KafkaProducer<String, byte[]>(config)) {
      transactional.initTransactions();
      transactional.beginTransaction();
      transactional.send(record("never"));
      transactional.flush();
      transactional.abortTransaction();
    }

    await().atMost(PATIENCE).until(() -> target.reached.equals(Map.of(partition, 2L)));
    assertThat(target.offsets).containsExactly(Map.entry(partition, 2L));
    assertThat(target.applied).isEmpty();
  }

  @Test
  void itBeginsWhereItsTargetSays() {
    long noon = System.currentTimeMillis() - 60_000;
    sendAt(noon, "a");
    sendAt(noon + 1_000, "b");
    sendAt(noon + 2_000, "c");
    var everything = startingAt(new StartingPoint.Beginning());
    var sinceThen = startingAt(new StartingPoint.Since(noon + 500));
    var sinceNever = startingAt(new StartingPoint.Since(noon + 3_000));
    var onlyNews = startingAt(new StartingPoint.End());
    for (Kept target : List.of(everything, sinceThen, sinceNever, onlyNews)) {
      followAlone(target, this::consumer);
      await().atMost(PATIENCE).until(() -> target.reached.containsKey(partition));
    }
    sendAt(noon + 4_000, "d");

    await().atMost(PATIENCE).until(() -> everything.applied.equals(List.of("a", "b", "c", "d")));
    await().atMost(PATIENCE).until(() -> sinceThen.applied.equals(List.of("b", "c", "d")));
    await().atMost(PATIENCE).until(() -> sinceNever.applied.equals(List.of("d")));
    await().atMost(PATIENCE).until(() -> onlyNews.applied.equals(List.of("d")));
  }

  private static Kept startingAt(StartingPoint point) {
    return new Kept() {
      @Override
      StartingPoint first() {
        return point;
      }
    };
  }

  @Test
  void whereTheTopicHasForgottenATargetThatMaySkipGoesOnWithTheRest() throws Exception {
    send("a", "b", "c");
    forgetBefore(2);
    var target =
        new Kept() {
          @Override
          public boolean skipTo(Map<TopicPartition, Long> beginnings) {
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

    target.offsets.put(partition, 2L);
    await().atMost(PATIENCE).until(() -> target.applied.equals(List.of("c")));
    await().atMost(PATIENCE).until(() -> !follower.hasLostRecords());
  }

  @Test
  void itEndsWhenItsTargetIsGone() {
    var target =
        new Kept() {
          @Override
          public void apply(
              ConsumerRecords<String, byte[]> records, Map<TopicPartition, Long> next) {
            throw new IllegalStateException("dropped");
          }

          @Override
          public boolean isGone(Throwable failure) {
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
          return consumer();
        });

    await().atMost(PATIENCE).until(() -> target.applied.equals(List.of("a")));
    assertThat(attempts).hasValue(3);
  }

  private Map<String, Object> config() {
    var config = settings.follower();
    config.put("group.id", topic);
    return config;
  }

  private Consumer<String, byte[]> consumer() {
    return new KafkaConsumer<>(config());
  }

  private TopicFollower<String, byte[]> follow(Kept target) {
    return follow(target, this::consumer);
  }

  private TopicFollower<String, byte[]> follow(
      Kept target, Supplier<Consumer<String, byte[]>> consumers) {
    return started(TopicFollower.shared("follower", topic, target, consumers));
  }

  private TopicFollower<String, byte[]> followAlone(
      Kept target, Supplier<Consumer<String, byte[]>> consumers) {
    return started(TopicFollower.of("follower", List.of(partition), target, consumers));
  }

  private TopicFollower<String, byte[]> started(TopicFollower<String, byte[]> follower) {
    followers.add(follower);
    follower.start();
    return follower;
  }

  private ProducerRecord<String, byte[]> record(String value) {
    return new ProducerRecord<>(topic, 0, "key", value.getBytes(StandardCharsets.UTF_8));
  }

  private void send(String... values) {
    for (String value : values) {
      producer.send(record(value));
    }
    producer.flush();
  }

  private void sendAt(long millis, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    producer.send(new ProducerRecord<>(topic, 0, millis, "key", bytes));
    producer.flush();
  }

  private void forgetBefore(long offset) throws Exception {
    try (var admin = settings.admin()) {
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all().get();
    }
  }
}
