package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.kafka.StartingPoint;
import dev.keyledger.kit.receipts.Acknowledgements;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.TestTenant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class FeedReaderTest {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.REVOCATIONS, 0);
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.000Z");

  /** A topic with nothing young in it, to which a revocation is committed while a reader asks. */
  private static final class Busy extends MockConsumer<String, byte[]> {
    Busy() {
      super("earliest");
      updateBeginningOffsets(Map.of(PARTITION, 0L));
      updateEndOffsets(Map.of(PARTITION, 5L));
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times) {
      byte[] revocation = EventCodec.encode(tokenEnded());
      addRecord(TestServerKeys.sealed(PARTITION.topic(), 0, 5, "stream", revocation));
      updateEndOffsets(Map.of(PARTITION, 6L));
      var nothing = new HashMap<TopicPartition, OffsetAndTimestamp>();
      times.keySet().forEach(partition -> nothing.put(partition, null));
      return nothing;
    }
  }

  private static Revocation tokenEnded() {
    return tokenEnded("sessions:somebody");
  }

  private static Revocation tokenEnded(String stream) {
    return new Revocation(
        null,
        stream,
        1,
        null,
        Revocation.Subject.TOKEN,
        "a-token",
        AT,
        Revocation.Effect.END,
        true,
        AT);
  }

  @Test
  void aRevocationThatIsCommittedWhileTheReaderBeginsIsApplied() {
    var ended = new EndedTokens(Duration.ofHours(24), System::nanoTime);
    var freshness = new AccessFreshness(Duration.ofSeconds(2), System::nanoTime, -1);
    var acknowledgements =
        new Acknowledgements(
            "token-service",
            "replica",
            new MockProducer<>(),
            freshness::confirmed,
            Acknowledgements.Followers.NONE,
            Clock.systemUTC(),
            System::nanoTime,
            Duration.ofSeconds(1));
    try (var reader =
        new FeedReader(
            List.of(PARTITION),
            TestServerKeys.SEALS,
            names -> CompletableFuture.completedFuture(Map.of(Topics.REVOCATIONS, Uuid.ONE_UUID)),
            Busy::new,
            AT.toEpochMilli(),
            new AccessState(),
            ended,
            freshness.view(),
            () -> {},
            acknowledgements)) {
      reader.start();

      await().atMost(Duration.ofSeconds(20)).until(() -> ended.hasEnded("a-token"));
    }
  }

  private final TestServerKeys serverKeys = new TestServerKeys();
  private final TestTenant tenant = new TestTenant(serverKeys);
  private final AccessState state = new AccessState();
  private final EndedTokens endedTokens = new EndedTokens(Duration.ofHours(24), System::nanoTime);
  private final AccessFreshness freshness =
      new AccessFreshness(Duration.ofSeconds(2), System::nanoTime, -1);
  private final MockProducer<String, byte[]> broker =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  private final Acknowledgements acknowledgements =
      new Acknowledgements(
          "token-service",
          "replica",
          broker,
          freshness::confirmed,
          Acknowledgements.Followers.NONE,
          Clock.systemUTC(),
          System::nanoTime,
          Duration.ofHours(1));
  private final AtomicInteger moves = new AtomicInteger();
  private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
  private final int partition = Topics.partitionOf(tenant.id);
  private final TopicPartition access = new TopicPartition(Topics.ACCESS, partition);
  private final TopicPartition revocations = new TopicPartition(Topics.REVOCATIONS, partition);
  private final Map<String, Uuid> topics =
      Map.of(Topics.ACCESS, new Uuid(0, 7), Topics.REVOCATIONS, new Uuid(0, 8));
  private final FeedReader reader =
      new FeedReader(
          List.of(access, revocations),
          TestServerKeys.SEALS,
          names -> CompletableFuture.completedFuture(topics),
          () -> consumer,
          AT.toEpochMilli(),
          state,
          endedTokens,
          freshness.view(),
          moves::incrementAndGet,
          acknowledgements);

  private void read(TopicPartition from, String key, byte[] value) {
    ConsumerRecord<String, byte[]> record =
        TestServerKeys.sealed(from.topic(), from.partition(), 3, key, value);
    reader.apply(new ConsumerRecords<>(Map.of(from, List.of(record)), Map.of()), Map.of());
  }

  private Map<TopicPartition, StartingPoint> starts(Map<String, Uuid> of) {
    return reader.startOf(Set.of(access, revocations), of);
  }

  /** What the ledger decided is in force with its access record. */
  @Test
  void accessRecordsAreAcknowledgedAndOfRevocationsThoseThatTheLedgerDidNotDecide() {
    OrganizationAccess registered = tenant.registered();
    MemberAccess owner = tenant.ownerAs(Role.OWNER);
    read(access, owner.subject().value(), EventCodec.encodeAccess(owner));
    read(access, tenant.id.value(), EventCodec.encodeAccess(registered));
    read(revocations, "s", EventCodec.encode(tokenEnded("sessions:somebody")));
    read(revocations, "s", EventCodec.encode(tokenEnded(new TestTenant(serverKeys).id.value())));

    acknowledgements.register();

    await().atMost(Duration.ofSeconds(20)).until(() -> broker.history().size() == 2);
    assertThat(EventCodec.decode(broker.history().getLast().value(), Ack.class).applied())
        .containsExactlyInAnyOrder(
            new Ack.Applied(tenant.id.value(), owner.position()),
            new Ack.Applied("sessions:somebody", 1));
    acknowledgements.close();
  }

  @Test
  void whatCannotBeReadConcernsThoseWhomItMayBeAbout() {
    starts(topics);
    byte[] torn = {'{'};
    TestTenant.Key key = tenant.key("live");
    read(access, tenant.registered().subject().value(), torn);
    assertThat(state.isUnreadable(tenant.id)).isTrue();
    assertThat(state.unreadable().getFirst().record().place().topicId())
        .isEqualTo(new Uuid(0, 7).toString());
    read(access, tenant.id.value(), EventCodec.encodeAccess(tenant.registered()));
    assertThat(state.isUnreadable(tenant.id)).isFalse();
    read(revocations, key.id.value(), torn);
    assertThat(state.isUnreadable(tenant.id)).isTrue();
    assertThat(state.hidesKeys()).isFalse();
  }

  @Test
  void itGoesOnWhereItHasComeAndOnAnotherTopicFromTheBeginning() {
    assertThat(starts(topics))
        .containsEntry(access, new StartingPoint.Beginning())
        .containsEntry(revocations, new StartingPoint.Since(AT.toEpochMilli()));
    reader.reached(Map.of(access, 7L));
    assertThat(reader.skipTo(Map.of(revocations, 5L))).isTrue();
    assertThat(starts(topics))
        .containsEntry(access, new StartingPoint.Offset(7))
        .containsEntry(revocations, new StartingPoint.Offset(5));
    var renewed = new HashMap<>(topics);
    renewed.put(Topics.ACCESS, new Uuid(0, 9));
    assertThat(starts(renewed))
        .containsEntry(access, new StartingPoint.Beginning())
        .containsEntry(revocations, new StartingPoint.Offset(5));
  }

  @Test
  void theViewIsFreshOnceAllIsReadThatWasThereAndEachStepIsTold() {
    starts(topics);
    freshness.view().asked(System.nanoTime(), Map.of(access, 7L, revocations, 5L));
    reader.reached(Map.of(access, 7L));
    assertThat(freshness.view().isFresh()).isFalse();
    reader.reached(Map.of(revocations, 5L));
    assertThat(freshness.view().isFresh()).isTrue();
    assertThat(moves).hasValue(2);
  }

  @Test
  void aReaderThatIsClosedReadsNoMore() {
    consumer.updateBeginningOffsets(Map.of(access, 0L, revocations, 0L));
    consumer.updateEndOffsets(Map.of(access, 0L, revocations, 0L));
    reader.start();
    await().atMost(Duration.ofSeconds(20)).until(() -> !consumer.assignment().isEmpty());
    reader.close();
    await().atMost(Duration.ofSeconds(20)).until(consumer::closed);
  }
}
