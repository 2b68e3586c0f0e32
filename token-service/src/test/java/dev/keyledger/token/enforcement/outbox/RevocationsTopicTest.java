package dev.keyledger.token.enforcement.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.kit.kafka.TopicMark;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.TestDatabase;
import dev.keyledger.token.enforcement.access.AccessSettings;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What ended is in PostgreSQL: Kafka may lose it, and gets it again. */
class RevocationsTopicTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final TestDatabase DATABASE = TestDatabase.fresh();

  private final OrganizationId organization = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
  private final PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
  private final OutboxTable table = new OutboxTable(DATABASE.jdbc());
  private static Servers.Broker broker;
  private static KafkaSettings kafka;
  private OutboxRelay relay;
  private Outbox outbox;

  @BeforeAll
  static void startBroker() {
    broker = Servers.forTests().freshBroker();
    kafka = KafkaSettings.of(broker.bootstrapServers());
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void start() {
    TopicGuard.ensure(kafka);
    relay =
        new OutboxRelay(
            table,
            new RevocationsTopic(table, kafka, System::nanoTime),
            DATABASE.transactions(),
            TestServerKeys.SEALS.producer(kafka.producer()));
    outbox = new Outbox(DATABASE.jdbc(), ended -> {}, relay::wake, new SecureRandom());
    relay.start();
  }

  @AfterEach
  void stop() {
    relay.close();
  }

  @Test
  void aTopicThatWasLostIsFilledAgainInItsOrder() throws Exception {
    for (int i = 0; i < 5; i++) {
      endSomeSession();
    }
    awaitPositions(0L, 1L, 2L, 3L, 4L);
    delete();
    TopicGuard.ensure(kafka);

    awaitPositions(0L, 1L, 2L, 3L, 4L);
    endSomeSession();
    awaitPositions(0L, 1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void aTopicThatEndsBeforeWhatWasSentIsMadeAnewAndFilled() throws Exception {
    endSomeSession();
    endSomeSession();
    awaitPositions(0L, 1L);
    String before = id();
    setBackInMind();

    await().atMost(SOON).ignoreExceptions().until(() -> !id().equals(before));
    awaitPositions(0L, 1L);
  }

  @Test
  void nothingIsSentToATopicThatWasSetBack() throws Exception {
    endSomeSession();
    awaitPositions(0L);
    String before = id();
    setBackInMind();
    endSomeSession();

    await().atMost(SOON).ignoreExceptions().until(() -> !id().equals(before));
    awaitPositions(0L, 1L);
  }

  @Test
  void whatEndedIsKnownWithoutAnyTopic() {
    endSomeSession();
    endSomeSession();
    awaitPositions(0L, 1L);
    relay.stop();
    endSomeSession();

    var known = new ArrayList<Revocation>();
    new SentRevocations(
            DATABASE.jdbc(),
            new AccessSettings(
                Duration.ofSeconds(2),
                new AccessSettings.Access(Duration.ofHours(24), Duration.ofHours(1), 2)),
            new AgreedClock(Clock.systemUTC(), Clock.systemUTC()::instant))
        .forEach(known::add);
    assertThat(known)
        .filteredOn(one -> organization.equals(one.organization()))
        .extracting(Revocation::position)
        .containsExactlyInAnyOrder(0L, 1L, 2L);
  }

  /** As though more had been sent than the topic holds. */
  private void setBackInMind() throws Exception {
    DATABASE
        .transactions()
        .executeWithoutResult(status -> {
          table.lock();
          TopicMark mark = table.topic().orElseThrow();
          table.save(mark.with(Topics.partitionOf(organization), 99));
        });
  }

  private void endSomeSession() {
    DATABASE
        .transactions()
        .executeWithoutResult(status ->
            outbox.endSession(
                SessionId.of(UuidCreator.getTimeOrderedEpoch()),
                organization,
                person,
                Instant.now()));
  }

  private void delete() throws Exception {
    try (Admin admin = kafka.admin()) {
      admin.deleteTopics(List.of(Topics.REVOCATIONS)).all().get();
    }
  }

  private String id() throws Exception {
    try (Admin admin = kafka.admin()) {
      return TopicMark.ask(admin, List.of(Topics.REVOCATIONS)).get().get(Topics.REVOCATIONS).id();
    }
  }

  private void awaitPositions(Long... positions) {
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(positions()).containsExactly(positions));
  }

  private List<Long> positions() {
    try (var consumer = new KafkaConsumer<String, byte[]>(kafka.consumer())) {
      var partition = new TopicPartition(Topics.REVOCATIONS, Topics.partitionOf(organization));
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      var found = new ArrayList<Long>();
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (record.key().equals("sessions:" + organization)) {
            found.add(EventCodec.decode(record.value(), Revocation.class).position());
          }
        }
      }
      return found;
    }
  }
}
