package dev.keyledger.token.enforcement.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.AtOnce;
import dev.keyledger.token.TestDatabase;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxRelayTest {
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.123Z");
  private static final TestDatabase DATABASE = TestDatabase.fresh();

  private final KafkaSettings kafka = KafkaSettings.of(Servers.forTests().bootstrapServers());
  private final ConcurrentLinkedQueue<Revocation> applied = new ConcurrentLinkedQueue<>();
  private final List<OutboxRelay> relays = new ArrayList<>();
  private final OrganizationId organization = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
  private final PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
  private final OutboxRelay relay = relay();
  private final Outbox outbox =
      new Outbox(DATABASE.jdbc(), applied::add, relay::wake, new SecureRandom());

  private OutboxRelay relay() {
    return relay(TestServerKeys.SEALS.producer(kafka.producer()));
  }

  private OutboxRelay relay(Producer<String, byte[]> producer) {
    var table = new OutboxTable(DATABASE.jdbc());
    var relay =
        new OutboxRelay(
            table,
            new RevocationsTopic(table, kafka, System::nanoTime),
            DATABASE.transactions(),
            producer);
    relays.add(relay);
    return relay;
  }

  /** Confirms all but the first record of a stream, which it loses once. */
  private static final class Losing extends KafkaProducer<String, byte[]> {
    private final String stream;
    private boolean lost;

    Losing(KafkaSettings kafka, String stream) {
      super(kafka.producer());
      this.stream = stream;
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
      if (!lost && stream.equals(record.key())) {
        lost = true;
        return CompletableFuture.failedFuture(new TimeoutException("lost on the way"));
      }
      TestServerKeys.SEALS.seal(record);
      return super.send(record);
    }
  }

  @Test
  void behindARecordThatFailedNoLaterOneOfItsStreamIsSentAndOthersAre() throws Exception {
    OutboxRelay losing = relay(new Losing(kafka, "sessions:" + organization));
    for (int i = 0; i < 3; i++) {
      endSomeSession();
    }
    DATABASE
        .transactions()
        .executeWithoutResult(status -> outbox.endSession(someSession(), null, person, AT));

    assertThatIllegalStateException().isThrownBy(losing::relay);

    read(Topics.REVOCATIONS, Topics.partitionOf(person.value()), "sessions:" + person, 1);
    assertThat(left()).isEqualTo(3);
    losing.relay();
    assertThat(revocations(3)).extracting(Revocation::position).containsExactly(0L, 1L, 2L);
    assertThat(left()).isZero();
  }

  private static long left() {
    return DATABASE.jdbc().sql("select count(*) from outbox").query(Long.class).single();
  }

  @BeforeEach
  void topics() {
    TopicGuard.ensure(kafka);
  }

  @AfterEach
  void close() {
    relays.forEach(OutboxRelay::close);
  }

  @Test
  void whatWasCommittedIsSentInItsOrderWithoutGaps() throws Exception {
    relay.start();

    AtOnce.run(20, this::endSomeSession);

    List<Revocation> sent = revocations(20);
    assertThat(sent).extracting(Revocation::position).containsExactlyElementsOf(upTo(20));
    assertThat(sent.getFirst().previous()).isNull();
    assertThat(sent.subList(1, 20)).allMatch(r -> r.previous() == r.position() - 1);
    assertThat(sent)
        .allMatch(r -> r.subject() == Revocation.Subject.SESSION)
        .allMatch(r -> r.effect() == Revocation.Effect.END && r.endsTokens())
        .allMatch(r -> r.stream().equals("sessions:" + organization))
        .allMatch(r -> r.issuedBefore().equals(AT.plusMillis(1)));
    assertThat(applied).containsExactlyInAnyOrderElementsOf(sent);
  }

  @Test
  void severalReplicasSendEachStreamInItsOrder() throws Exception {
    relay.start();
    relay().start();
    relay().start();

    AtOnce.run(50, this::endSomeSession);

    assertThat(revocations(50))
        .extracting(Revocation::position)
        .containsExactlyElementsOf(upTo(50));
  }

  @Test
  void whatWasRolledBackNeitherTakesEffectNorAPosition() throws Exception {
    relay.start();
    endSomeSession();
    DATABASE
        .transactions()
        .executeWithoutResult(status -> {
          outbox.endSession(someSession(), organization, person, AT);
          status.setRollbackOnly();
        });
    endSomeSession();

    assertThat(revocations(2)).extracting(Revocation::position).containsExactly(0L, 1L);
    assertThat(applied).hasSize(2);
  }

  @Test
  void whatAReplicaLeftBehindIsSentByAnother() throws Exception {
    endSomeSession(); // No relay runs yet.
    relay().start();

    assertThat(revocations(1)).hasSize(1);
  }

  @Test
  void aPersonWithoutAnOrganisationHasAStreamOfTheirOwn() throws Exception {
    relay.start();
    DATABASE
        .transactions()
        .executeWithoutResult(status -> {
          outbox.endSession(someSession(), null, person, AT);
          outbox.endToken("a-jti", null, person.value(), AT, AT.plusSeconds(900));
        });

    List<ConsumerRecord<String, byte[]>> records =
        read(Topics.REVOCATIONS, Topics.partitionOf(person.value()), "sessions:" + person, 2);
    var token = EventCodec.decode(records.get(1).value(), Revocation.class);
    assertThat(token.subject()).isEqualTo(Revocation.Subject.TOKEN);
    assertThat(token.id()).isEqualTo("a-jti");
    assertThat(token.organization()).isNull();
  }

  @Test
  void recordsAreCloudEvents() throws Exception {
    relay.start();
    endSomeSession();
    DATABASE
        .transactions()
        .executeWithoutResult(status ->
            outbox.record(
                new Happening(
                    Activity.Kind.SIGN_IN_FAILED,
                    organization,
                    person,
                    null,
                    "invalid_credentials",
                    AT)));

    var revocation =
        read(Topics.REVOCATIONS, Topics.partitionOf(organization), "sessions:" + organization, 1)
            .getFirst();
    assertThat(CloudEventHeaders.typeOf(revocation.headers()))
        .isEqualTo("dev.keyledger.revocation");
    assertThat(CloudEventHeaders.organizationOf(revocation.headers()))
        .isEqualTo(organization.value());
    assertThat(CloudEventHeaders.positionOf(revocation.headers())).isZero();
    var activity =
        read(Topics.ACTIVITY, Topics.partitionOf(organization), organization.value(), 1).getFirst();
    assertThat(EventCodec.decode(activity.value(), Activity.class).code())
        .isEqualTo("invalid_credentials");
  }

  @Test
  void theOutboxIsOnlyWrittenInATransaction() {
    assertThatIllegalStateException()
        .isThrownBy(() -> outbox.endSession(someSession(), organization, person, AT));
  }

  private StreamPosition endSomeSession() {
    return DATABASE
        .transactions()
        .execute(status -> outbox.endSession(someSession(), organization, person, AT));
  }

  private static SessionId someSession() {
    return SessionId.of(UuidCreator.getTimeOrderedEpoch());
  }

  private static List<Long> upTo(int count) {
    return LongStream.range(0, count).boxed().toList();
  }

  private List<Revocation> revocations(int count) {
    return read(
            Topics.REVOCATIONS, Topics.partitionOf(organization), "sessions:" + organization, count)
        .stream()
        .map(record -> EventCodec.decode(record.value(), Revocation.class))
        .toList();
  }

  private List<ConsumerRecord<String, byte[]>> read(
      String topic, int partition, String key, int count) {
    try (var consumer = new KafkaConsumer<String, byte[]>(kafka.consumer())) {
      var assigned = new TopicPartition(topic, partition);
      consumer.assign(List.of(assigned));
      consumer.seekToBeginning(List.of(assigned));
      var found = new ArrayList<ConsumerRecord<String, byte[]>>();
      long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (found.size() < count && System.nanoTime() < until) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (record.key().equals(key)) {
            found.add(record);
          }
        }
      }
      assertThat(found).hasSize(count);
      return found;
    }
  }
}
