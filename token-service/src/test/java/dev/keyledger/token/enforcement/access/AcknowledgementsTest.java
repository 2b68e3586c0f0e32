package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.kit.receipts.Acknowledgements;
import dev.keyledger.testkit.MovableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TopicPartition ACCESS = new TopicPartition(Topics.ACCESS, 0);

  /** A broker that confirms when it is told to, or at once. */
  private static final class Broker extends MockProducer<String, byte[]> {
    final AtomicInteger attempts = new AtomicInteger();

    Broker(boolean confirmsAtOnce) {
      super(confirmsAtOnce, null, new StringSerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<String, byte[]> record, Callback callback) {
      attempts.incrementAndGet();
      return super.send(record, callback);
    }

    List<Ack> said() {
      return history().stream()
          .map(record -> EventCodec.decode(record.value(), Ack.class))
          .toList();
    }
  }

  private final AtomicLong now = new AtomicLong(5_000);
  private final AccessFreshness freshness =
      new AccessFreshness(Duration.ofSeconds(2), now::get, -1);
  private Broker broker = new Broker(true);
  private Acknowledgements acknowledgements = saying(LONG);

  private Acknowledgements saying(Duration interval) {
    return new Acknowledgements(
        "token-service",
        "replica",
        broker,
        freshness::confirmed,
        Acknowledgements.Followers.NONE,
        new MovableClock(),
        System::nanoTime,
        interval);
  }

  @AfterEach
  void close() {
    if (!broker.closed()) {
      acknowledgements.close();
    }
  }

  private void until(int said) {
    await().atMost(PATIENCE).until(() -> broker.said().size() >= said);
  }

  @Test
  void aReplicaIsRegisteredThenSaysOnceHowFarItHasComeOnEachStream() {
    acknowledgements.applied(Map.of("one", 3L, "two", 1L));
    acknowledgements.applied(Map.of("one", 2L));
    acknowledgements.register();
    until(2);
    acknowledgements.applied(Map.of("two", 2L));
    until(3);

    List<Ack> said = broker.said();
    assertThat(said)
        .extracting(Ack::kind)
        .containsExactly(Ack.Kind.REGISTERED, Ack.Kind.APPLIED, Ack.Kind.APPLIED);
    assertThat(said).allMatch(ack -> ack.instance().equals("replica"));
    assertThat(said.get(0).applied()).isEmpty();
    assertThat(said.get(1).applied())
        .containsExactlyInAnyOrder(new Ack.Applied("one", 3), new Ack.Applied("two", 1));
    assertThat(said.get(2).applied()).containsExactly(new Ack.Applied("two", 2));
  }

  @Test
  void aReplicaThatHasNothingToSaySaysThatItLives() {
    acknowledgements = saying(Duration.ofMillis(10));
    acknowledgements.register();
    until(3);
    assertThat(broker.said().subList(1, 3)).extracting(Ack::kind).containsOnly(Ack.Kind.ALIVE);
  }

  @Test
  void oneSaysWhatAThousandStreamsHaveCome() {
    acknowledgements.applied(
        IntStream.range(0, 1_001)
            .boxed()
            .collect(Collectors.toMap(i -> "stream " + i, i -> (long) i)));
    acknowledgements.register();
    until(3);
    assertThat(broker.said()).extracting(ack -> ack.applied().size()).containsExactly(0, 1_000, 1);
  }

  @Test
  void whatTheBrokerDidNotTakeIsSaidAgain() {
    broker = new Broker(false);
    acknowledgements = saying(Duration.ofMillis(10));
    var registering = CompletableFuture.runAsync(acknowledgements::register);
    await().atMost(PATIENCE).until(broker::completeNext);
    assertThat(registering).succeedsWithin(PATIENCE);
    acknowledgements.applied(Map.of("one", 3L));
    await()
        .atMost(PATIENCE)
        .until(() -> {
          while (broker.errorNext(new KafkaException("lost"))) {}
          return said("one", 3) >= 2;
        });

    int before = broker.attempts.get();
    broker.sendException = new KafkaException("no buffer");
    acknowledgements.applied(Map.of("two", 1L));
    await().atMost(PATIENCE).until(() -> broker.attempts.get() > before + 1);
    broker.sendException = null;
    await().atMost(PATIENCE).until(() -> said("two", 1) == 1);
  }

  private long said(String stream, long position) {
    return broker.said().stream()
        .filter(ack -> ack.applied().contains(new Ack.Applied(stream, position)))
        .count();
  }

  private void speaksFor(List<Ack.Follower> all) {
    acknowledgements =
        new Acknowledgements(
            "delivery-service",
            "delivery:1",
            broker,
            sentAt -> {},
            new Acknowledgements.Followers() {
              @Override
              public List<Ack.Follower> told(List<Ack.Applied> news) {
                return all;
              }

              @Override
              public void giveBack(List<Ack.Follower> untold) {}

              @Override
              public List<Ack.Follower> all() {
                return all;
              }

              @Override
              public Acknowledgements.Promise promise() {
                return new Acknowledgements.Promise(1_000L, () -> {});
              }
            },
            new MovableClock(),
            System::nanoTime,
            LONG);
  }

  /** Whoever has followers: none is missing when what concerns them counts as applied. */
  @Test
  void whatConcernsMoreThanAThousandFollowersIsSaidInRecordsOfWhichTheLastSaysThatItIsApplied() {
    List<Ack.Follower> all =
        IntStream.range(0, 1_001)
            .mapToObj(i -> new Ack.Follower(null, "f", "i" + i, 1_000, Ack.Channel.PAGE, List.of()))
            .toList();
    speaksFor(all);
    acknowledgements.applied(Map.of("one", 3L));
    acknowledgements.start();
    until(2);
    List<Ack> said = broker.said();
    assertThat(said).extracting(ack -> ack.followers().size()).containsExactly(1_000, 1);
    assertThat(said).extracting(ack -> ack.applied().size()).containsExactly(0, 1);
    assertThat(said).extracting(Ack::longestBoundMs).containsOnly(1_000L);
    acknowledgements.close();
    assertThat(broker.said().stream().skip(2))
        .extracting(Ack::kind)
        .containsExactly(Ack.Kind.APPLIED, Ack.Kind.LEFT);
  }

  @Test
  void whatOneFollowerHasAppliedGoesIntoAsManyRecordsAsHoldIt() {
    List<Ack.Applied> positions =
        IntStream.range(0, 2_500).mapToObj(i -> new Ack.Applied("stream-" + i, i)).toList();
    speaksFor(List.of(new Ack.Follower(null, "f", "i", 1_000, Ack.Channel.PAGE, positions)));
    acknowledgements.applied(Map.of("one", 3L));
    acknowledgements.start();
    until(3);
    assertThat(broker.said())
        .extracting(ack -> ack.followers().getFirst().applied().size())
        .containsExactly(1_000, 1_000, 500);
    assertThat(broker.said().stream().flatMap(ack -> ack.followers().stream()))
        .flatExtracting(Ack.Follower::applied)
        .containsExactlyElementsOf(positions);
  }

  /** Of the instant at which it was sent, since receipts wait no longer from then on. */
  @Test
  void whatTheBrokerHasTakenShowsThatThisReplicaIsHeard() {
    boolean unused = freshness.view().reads(Set.of(ACCESS), Map.of(Topics.ACCESS, new Uuid(0, 7)));
    acknowledgements =
        new Acknowledgements(
            "token-service",
            "replica",
            broker,
            freshness::confirmed,
            Acknowledgements.Followers.NONE,
            new MovableClock(),
            now::get,
            Duration.ofDays(1));
    acknowledgements.register();
    freshness.view().asked(now.get(), Map.of());
    assertThat(freshness.age()).isZero();
    now.addAndGet(700);
    freshness.view().asked(now.get(), Map.of());
    assertThat(freshness.age()).isEqualTo(Duration.ofNanos(700));
  }

  @Test
  void aReplicaThatLeavesSaysSoLast() {
    acknowledgements.register();
    acknowledgements.close();
    assertThat(broker.said())
        .extracting(Ack::kind)
        .containsExactly(Ack.Kind.REGISTERED, Ack.Kind.LEFT);
    assertThat(broker.closed()).isTrue();
  }
}
