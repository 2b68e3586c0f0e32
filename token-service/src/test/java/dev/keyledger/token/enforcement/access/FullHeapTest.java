package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.kit.decide.KeyDecision;
import dev.keyledger.kit.decide.KeyQuestion;
import dev.keyledger.kit.decide.UnknowableException;
import dev.keyledger.kit.receipts.Acknowledgements;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.TestTenant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of news where the heap has no room for them. */
class FullHeapTest {
  private static final Instant NOW = Instant.parse("2026-05-28T14:43:58.000Z");

  private final TestServerKeys serverKeys = new TestServerKeys();
  private final HeapRoomTest.FakePool pool = new HeapRoomTest.FakePool();
  private final AccessState state = new AccessState(new HeapRoom(pool));
  private final KeyDecision decision =
      new KeyDecision(state, new PepperedSecrets(state, new Peppers(serverKeys)));
  private final TestTenant held = new TestTenant(serverKeys);
  private final TestTenant.Key key = held.key("live");
  private final FeedReader reader = reader();

  private FeedReader reader() {
    var freshness = new AccessFreshness(Duration.ofSeconds(2), System::nanoTime, -1);
    return new FeedReader(
        List.of(new TopicPartition(Topics.ACCESS, 0)),
        TestServerKeys.SEALS,
        names -> CompletableFuture.completedFuture(Map.of(Topics.ACCESS, Uuid.ONE_UUID)),
        () -> new MockConsumer<>("earliest"),
        0,
        state,
        new EndedTokens(Duration.ofHours(24), System::nanoTime),
        freshness.view(),
        () -> {},
        new Acknowledgements(
            "token-service",
            "replica",
            new MockProducer<>(),
            freshness::confirmed,
            Acknowledgements.Followers.NONE,
            Clock.systemUTC(),
            System::nanoTime,
            Duration.ofSeconds(1)));
  }

  private void read(AccessRecord... records) {
    Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> byPartition =
        Arrays.stream(records)
            .map(record ->
                TestServerKeys.sealed(
                    Topics.ACCESS,
                    Topics.partitionOf(record.organization()),
                    0,
                    record.subject().value(),
                    EventCodec.encodeAccess(record)))
            .collect(
                Collectors.groupingBy(
                    record -> new TopicPartition(record.topic(), record.partition())));
    reader.apply(new ConsumerRecords<>(byPartition, Map.of()), Map.of());
  }

  private Code code(TestTenant.Key asked) {
    return decision
        .decide(
            KeyQuestion.direct(asked.secret, TestTenant.ANYWHERE, Set.of()),
            true,
            NOW.toEpochMilli())
        .code();
  }

  @BeforeEach
  void anOrganisationThatIsHeldAndThenAFullHeap() {
    read(held.registered(), held.ownerAs(Role.OWNER), key.record());
    assertThat(code(key)).isEqualTo(Code.OK);
    pool.stays = 91;
  }

  @Test
  void whatIsHeldIsServedAndEndsAsEver() {
    read(held.suspended(true));
    assertThat(code(key)).isEqualTo(Code.ORGANIZATION_SUSPENDED);
    read(held.suspended(false));
    assertThat(code(key)).isEqualTo(Code.OK);
    read(held.ownerRemoved());
    assertThat(state.member(held.owner).removed()).isTrue();
    read(key.revoked());
    assertThat(code(key)).isEqualTo(Code.REVOKED);
    assertThat(state.leftOut()).isZero();
  }

  @Test
  void aNewKeyIsLeftOutAndNobodyIsToldThatItDoesNotExist() {
    TestTenant.Key more = held.key("live");
    read(more.record());

    assertThat(state.leftOut()).isEqualTo(1);
    assertThat(state.key(more.id)).isNull();
    assertThatThrownBy(() -> code(more)).isInstanceOf(UnknowableException.class);
    assertThat(code(key)).isEqualTo(Code.OK);
  }

  @Test
  void aNewOrganisationIsUnknowableWithAllThatIsIts() {
    var late = new TestTenant(serverKeys);
    TestTenant.Key its = late.key("live");
    read(late.registered(), late.ownerAs(Role.OWNER), its.record());

    assertThat(state.organizationCount()).isEqualTo(1);
    assertThat(state.isUnreadable(late.id)).isTrue();
    assertThat(state.isUnreadable(held.id)).isFalse();
    assertThat(state.positionOf(late.id)).isEqualTo(-1);
    assertThatThrownBy(() -> code(its)).isInstanceOf(UnknowableException.class);
  }

  @Test
  void aMemberOfAnOrganisationThatIsHeldIsTakenIn() {
    TestTenant.Key orphan = held.key("live");
    read(held.ownerAs(Role.DEVELOPER), orphan.record());
    assertThat(state.member(held.owner).role()).isEqualTo(Role.DEVELOPER);
  }

  @Test
  void theNextRecordOfWhatWasLeftOutTakesItInWhereThereIsRoomAgain() {
    TestTenant.Key more = held.key("live");
    read(more.record());
    pool.stays = 50;
    read(more.record());

    assertThat(code(more)).isEqualTo(Code.OK);
  }

  @Test
  void withNoRoomAtAllNothingIsReadSoThatTheReplicaIsStaleAndRefuses() {
    pool.stays = 98;
    assertThatThrownBy(() -> read(key.revoked())).isInstanceOf(IllegalStateException.class);
    pool.stays = 60;
    read(key.revoked());
    assertThat(code(key)).isEqualTo(Code.REVOKED);
  }
}
