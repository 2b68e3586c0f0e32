package dev.keyledger.kit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** Where a follower begins, goes on and ends. */
class TopicFollowerPlacesTest extends TopicFollowers {
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

  /** Keeps its offsets with the topic that they are of. */
  private static class OfOneTopic extends Kept {
    private final Places places = new Places();

    @Override
    public Map<TopicPartition, StartingPoint> startOf(
        Set<TopicPartition> partitions, Map<String, Uuid> topics) {
      places.in(topics);
      offsets.keySet().removeIf(one -> places.of(one) == null);
      return super.startOf(partitions, topics);
    }

    @Override
    public void reached(Map<TopicPartition, Long> positions) {
      super.reached(positions);
      places.reached(positions);
    }

    @Override
    public boolean skipTo(Map<TopicPartition, Long> beginnings) {
      throw new AssertionError("nothing was forgotten");
    }

    @Override
    public void setBackTo(Map<TopicPartition, Long> beginnings) {
      offsets.keySet().removeAll(beginnings.keySet());
    }
  }

  @Test
  void aTopicThatWasMadeAnewIsReadFromItsBeginningHoweverLongItIsByThen() throws Exception {
    var target = new OfOneTopic();
    followAlone(target, this::consumer);
    send("a", "b");
    await().atMost(PATIENCE).until(() -> target.applied.equals(List.of("a", "b")));

    makeAnew("c", "d", "e", "f");

    await()
        .atMost(PATIENCE)
        .until(() -> target.applied.containsAll(List.of("a", "b", "c", "d", "e", "f")));
    assertThat(target.offsets).containsEntry(partition, 4L);
  }

  /** Kafka's client would fetch without pause, and log each attempt. */
  @Test
  void aTopicThatIsMissingIsWaitedForAndNotFetched() throws Exception {
    var target = new OfOneTopic();
    var consumer = new AtomicReference<Consumer<String, byte[]>>();
    var looks = new AtomicInteger();
    TopicIds counted =
        names -> {
          looks.incrementAndGet();
          return topicIds.ask(names);
        };
    var follower =
        started(
            TopicFollower.of(
                "follower",
                List.of(partition),
                target,
                counted,
                () -> {
                  consumer.set(consumer());
                  return consumer.get();
                }));
    send("a");
    await().atMost(PATIENCE).until(() -> target.applied.equals(List.of("a")));
    try (var admin = settings.admin()) {
      admin.deleteTopics(List.of(topic)).all().get();
    }

    await().atMost(PATIENCE).until(follower::isFailing);
    int before = looks.get();
    double fetched = fetches(consumer.get());
    await().atMost(PATIENCE).until(() -> looks.get() >= before + 4);
    assertThat(fetches(consumer.get()) - fetched).isLessThan(4);

    createAnew("b");
    await().atMost(PATIENCE).until(() -> target.applied.equals(List.of("a", "b")));
    await().atMost(PATIENCE).until(() -> !follower.isFailing());
  }

  private static double fetches(Consumer<?, ?> consumer) {
    return consumer.metrics().entrySet().stream()
        .filter(metric -> metric.getKey().name().equals("fetch-total"))
        .mapToDouble(metric -> (Double) metric.getValue().metricValue())
        .sum();
  }

  @Test
  void offsetsBehindTheEndAreForgotten() {
    send("a", "b");
    var target = new OfOneTopic();
    target.offsets.put(partition, 7L);
    target.places.in(Map.of(topic, idOfTopic()));
    target.places.reached(Map.of(partition, 7L));

    var follower = followAlone(target, this::consumer);

    await().atMost(PATIENCE).until(() -> target.applied.equals(List.of("a", "b")));
    await().atMost(PATIENCE).until(() -> !follower.isFailing());
    assertThat(follower.hasLostRecords()).isFalse();
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
}
