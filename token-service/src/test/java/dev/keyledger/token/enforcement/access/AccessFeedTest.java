package dev.keyledger.token.enforcement.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.TestTenant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a real broker of its own: what it is fed, what it says, and when it believes itself. */
class AccessFeedTest {
  private static Servers.Broker broker;
  private static KafkaSettings kafka;
  private static TestLedger ledger;

  private final TestServerKeys serverKeys = new TestServerKeys();
  private final TestTenant tenant = new TestTenant(serverKeys);
  private final List<Replica> replicas = new ArrayList<>();
  private final Kept reflected = new Kept();

  private record Replica(String instance, AccessState state, EndedTokens ended, AccessFeed feed) {}

  @BeforeAll
  static void startBroker() {
    broker = Servers.forTests().freshBroker();
    kafka = KafkaSettings.of(broker.bootstrapServers());
    TopicGuard.ensure(kafka);
    ledger = new TestLedger(broker.bootstrapServers());
  }

  @AfterAll
  static void stopBroker() {
    ledger.close();
    broker.close();
  }

  @AfterEach
  void stopReplicas() {
    replicas.forEach(r -> r.feed().close());
  }

  private static final class Kept implements Reflected {
    private final AtomicLong index = new AtomicLong(-1);

    @Override
    public long index() {
      return index.get();
    }

    @Override
    public void raise(long another) {
      index.accumulateAndGet(another, Math::max);
    }
  }

  private Replica start() {
    return start(Duration.ofSeconds(2));
  }

  private Replica start(Duration maxStaleness) {
    var state = new AccessState();
    var ended = new EndedTokens(Duration.ofHours(24), System::nanoTime);
    String instance = "replica-" + UUID.randomUUID();
    var settings =
        new AccessSettings(
            maxStaleness, new AccessSettings.Access(Duration.ofHours(24), Duration.ofHours(1), 2));
    var feed =
        new AccessFeed(
            kafka,
            TestServerKeys.SEALS,
            settings,
            instance,
            state,
            ended,
            reflected,
            Clock.systemUTC(),
            System::nanoTime,
            System::currentTimeMillis);
    var replica = new Replica(instance, state, ended, feed);
    replicas.add(replica);
    feed.start();
    return replica;
  }

  private static void awaitReady(Replica replica) {
    await().atMost(Duration.ofSeconds(20)).until(() -> replica.feed().isReady());
  }

  @Test
  void whatWasPublishedBeforeTheStartIsThereWhenItIsReady() {
    TestTenant.Key key = tenant.key("live");
    ledger.publish(tenant.registered(), tenant.ownerAs(Role.OWNER), key.record());
    ledger.publish(key.revoked());
    Revocation ended = sessionEnded();
    ledger.publish(ended);

    Replica replica = start();
    awaitReady(replica);

    assertThat(replica.state().organization(tenant.id)).isNotNull();
    assertThat(replica.state().key(key.id).state().name()).isEqualTo("REVOKED");
    assertThat(replica.ended().hasEnded(new SessionId(ended.id()))).isTrue();
  }

  private Revocation sessionEnded() {
    return new Revocation(
        tenant.id,
        "sessions:" + tenant.id.value(),
        7,
        null,
        Revocation.Subject.SESSION,
        SessionId.of(com.github.f4b6a3.uuid.UuidCreator.getTimeOrderedEpoch()).value(),
        Instant.now(),
        Revocation.Effect.END,
        true,
        Instant.now());
  }

  @Test
  void anAbortedTransactionIsNeverSeen() {
    Replica replica = start();
    awaitReady(replica);
    ledger.publish(tenant.registered());
    TestTenant.Key key = tenant.key("live");
    ledger.begin();
    ledger.write(key.record());
    ledger.abort();
    TestTenant.Key other = tenant.key("live");
    ledger.publish(other.record());

    await().atMost(Duration.ofSeconds(30)).until(() -> replica.state().key(other.id) != null);
    assertThat(replica.state().key(key.id)).isNull();
    await().atMost(Duration.ofSeconds(30)).until(() -> replica.feed().isReady());
  }

  @Test
  void whatMayBeInFlightMakesItStaleUntilItIsCommitted() {
    Replica replica = start(Duration.ofMillis(600));
    awaitReady(replica);
    ledger.publish(tenant.registered());

    ledger.begin();
    ledger.write(tenant.suspended(true));
    await().atMost(Duration.ofSeconds(10)).until(() -> !replica.feed().isReady());
    assertThat(replica.state().organization(tenant.id).access().suspended()).isFalse();
    ledger.commit();

    await().atMost(Duration.ofSeconds(10)).until(() -> replica.feed().isReady());
    assertThat(replica.state().organization(tenant.id).access().suspended()).isTrue();
  }

  @Test
  void anUnreadableRecordStopsItsOrganisationAloneUntilItIsMended() {
    Replica replica = start();
    awaitReady(replica);
    TestTenant other = new TestTenant(serverKeys);
    TestTenant.Key key = tenant.key("live");
    ledger.publish(tenant.registered(), other.registered(), key.record());
    ledger.begin();
    ledger.write(tenant.id, key.id.value(), "{\"wat\":1}".getBytes(UTF_8));
    ledger.commit();

    await().atMost(Duration.ofSeconds(30)).until(() -> replica.state().isUnreadable(tenant.id));
    assertThat(replica.state().isUnreadable(other.id)).isFalse();
    assertThat(replica.state().unreadableRecords()).isEqualTo(1);
    ledger.publish(key.record());
    await().atMost(Duration.ofSeconds(30)).until(() -> !replica.state().isUnreadable(tenant.id));
  }

  @Test
  void itRegistersThenSaysWhatItAppliedAndThatItLivesAndThatItLeft() {
    try (var acks = new KafkaConsumer<String, byte[]>(kafka.consumer())) {
      acks.assign(List.of(new TopicPartition(Topics.ACKS, 0)));
      acks.seekToBeginning(acks.assignment());
      Replica replica = start();
      awaitReady(replica);
      ledger.publish(tenant.registered());
      ledger.publish(sessionEnded());
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> replica.state().organization(tenant.id) != null);
      var seen = new ArrayList<Ack>();
      await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> {
            acks.poll(Duration.ofMillis(100))
                .forEach(r -> {
                  if (r.key().equals(replica.instance())) {
                    seen.add(EventCodec.decode(r.value(), Ack.class));
                  }
                });
            return applied(seen, tenant.id.value(), 0)
                && applied(seen, "sessions:" + tenant.id.value(), 7)
                && seen.stream().anyMatch(a -> a.kind() == Ack.Kind.ALIVE);
          });
      assertThat(seen.getFirst().kind()).isEqualTo(Ack.Kind.REGISTERED);
      assertThat(seen.getFirst().name()).isEqualTo("token-service");
      replica.feed().close();
      replicas.clear();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> {
            acks.poll(Duration.ofMillis(100))
                .forEach(r -> {
                  if (r.key().equals(replica.instance())) {
                    seen.add(EventCodec.decode(r.value(), Ack.class));
                  }
                });
            return seen.getLast().kind() == Ack.Kind.LEFT;
          });
    }
  }

  private static boolean applied(List<Ack> acks, String stream, long position) {
    return acks.stream()
        .flatMap(a -> a.applied().stream())
        .anyMatch(a -> a.stream().equals(stream) && a.position() >= position);
  }

  @Test
  void aReplicaBeginsOnNothingLessThanWasReflectedBeforeIt() {
    TestTenant.Key key = tenant.key("live");
    ledger.publish(tenant.registered(), key.record());
    reflected.raise(7);

    Replica replica = start();
    await().atMost(Duration.ofSeconds(20)).until(() -> replica.state().key(key.id) != null);
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(4))
        .until(() -> !replica.feed().isReady());
    assertThat(replica.feed().freshness().isFresh()).isFalse();

    ledger.mark(7);
    awaitReady(replica);
    ledger.mark(9);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          replica.feed().keepReflected();
          return reflected.index() == 9;
        });
  }

  @Test
  void whatAReplicaKnewOutlivesItsTopicAndItGoesOnWithTheNewOne() throws Exception {
    try (var own = Servers.forTests().freshBroker();
        var first = new TestLedger(own.bootstrapServers())) {
      KafkaSettings settings = KafkaSettings.of(own.bootstrapServers());
      var state = new AccessState();
      var ended = new EndedTokens(Duration.ofHours(24), System::nanoTime);
      TestTenant.Key key = tenant.key("live");
      first.publish(tenant.registered(), key.record());
      first.publish(key.revoked());
      var feed =
          new AccessFeed(
              settings,
              TestServerKeys.SEALS,
              new AccessSettings(
                  Duration.ofSeconds(2),
                  new AccessSettings.Access(Duration.ofHours(24), Duration.ofHours(1), 2)),
              "one",
              state,
              ended,
              new Kept(),
              Clock.systemUTC(),
              System::nanoTime,
              System::currentTimeMillis);
      feed.start();
      await().atMost(Duration.ofSeconds(20)).until(feed::isReady);

      try (var admin = settings.admin()) {
        admin.deleteTopics(List.of(Topics.ACCESS, Topics.REVOCATIONS, Topics.RELAY)).all().get();
      }
      try (var second = new TestLedger(own.bootstrapServers())) {
        second.publish(key.record());
        TestTenant.Key another = tenant.key("live");
        second.publish(another.record());

        await().atMost(Duration.ofSeconds(20)).until(() -> state.key(another.id) != null);
        await().atMost(Duration.ofSeconds(20)).until(feed::isReady);
        assertThat(state.key(key.id).state().name()).isEqualTo("REVOKED");
      }
      feed.close();
    }
  }

  @Test
  void aReplicaThatLosesItsBrokerIsStaleWithinTheBound() {
    try (var lost = Servers.forTests().freshBroker()) {
      KafkaSettings settings = KafkaSettings.of(lost.bootstrapServers());
      TopicGuard.ensure(settings);
      new TestLedger(lost.bootstrapServers()).close();
      var feed =
          new AccessFeed(
              settings,
              TestServerKeys.SEALS,
              new AccessSettings(
                  Duration.ofSeconds(2),
                  new AccessSettings.Access(Duration.ofHours(24), Duration.ofHours(1), 2)),
              "lost",
              new AccessState(),
              new EndedTokens(Duration.ofHours(24), System::nanoTime),
              new Kept(),
              Clock.systemUTC(),
              System::nanoTime,
              System::currentTimeMillis);
      feed.start();
      await().atMost(Duration.ofSeconds(20)).until(feed::isReady);
      lost.close();
      long lostAt = System.nanoTime();
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> !feed.isReady());
      assertThat(Duration.ofNanos(System.nanoTime() - lostAt)).isLessThan(Duration.ofMillis(2_200));
      feed.close();
    }
  }
}
