package dev.keyledger.kit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** What fails is done again, and nothing is passed over meanwhile. */
class TopicFollowerTest extends TopicFollowers {
  @Test
  void whatCouldNotBeAppliedIsAppliedLaterThoughItsPlaceCannotBeReadAtFirst() {
    var failures = new AtomicInteger();
    var target =
        new Kept() {
          @Override
          public Map<TopicPartition, StartingPoint> startOf(
              Set<TopicPartition> partitions, Map<String, Uuid> topics) {
            int before = failures.get();
            if (before >= 1 && before < 3) {
              failures.incrementAndGet();
              throw new IllegalStateException("away");
            }
            return super.startOf(partitions, topics);
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
          public Map<TopicPartition, StartingPoint> startOf(
              Set<TopicPartition> partitions, Map<String, Uuid> topics) {
            if (failures.incrementAndGet() < 4) {
              throw new IllegalStateException("away");
            }
            return super.startOf(partitions, topics);
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
}
