package dev.keyledger.kit.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TestSeals;
import dev.keyledger.kit.kafka.TopicGuard;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReceiptsTest {
  private static final OrganizationId ORG =
      new OrganizationId("org_0190f5c2-7b3a-7c4d-8e5f-0123456789ab");
  private static final Duration LONG = Duration.ofSeconds(20);

  /** Longer than any test waits: it is by acknowledgements that something is in force here. */
  private static final Duration STALENESS = Duration.ofMinutes(2);

  private static Servers.Broker broker;
  private static KafkaSettings kafka;

  @BeforeAll
  static void start() {
    broker = Servers.forTests().freshBroker();
    kafka = KafkaSettings.of(broker.bootstrapServers());
    TopicGuard.ensure(kafka);
    // Who is there is known where somebody has been heard of for longer than anybody may rely on
    // what they were told.
    try (var producer = producer(null)) {
      Instant left = Instant.now();
      send(producer, ack("former", Ack.Kind.REGISTERED, left.minus(Duration.ofMinutes(10))));
      send(producer, ack("former", Ack.Kind.LEFT, left));
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void aPositionComesIntoForceWhenTheRegisteredReplicaHasApplied() {
    String replica = UUID.randomUUID().toString();
    try (var producer = producer(null);
        var transactional = producer("a-relay");
        var receipts = receipts(CommitTopic.EVENTS)) {
      send(producer, ack(replica, Ack.Kind.REGISTERED));
      transactional.initTransactions();
      transactional.beginTransaction();
      CompletableFuture<Receipt> receipt = receipts.await(ORG.value(), 3, LONG);
      transactional.send(event(3));
      transactional.flush();
      send(producer, ack(replica, Ack.Kind.APPLIED, new Ack.Applied(ORG.value(), 3)));
      assertThat(receipts.soFar(ORG.value(), 3).inForce()).isFalse();
      transactional.commitTransaction();

      assertThat(receipt)
          .succeedsWithin(LONG)
          .satisfies(given -> {
            assertThat(given.inForce()).isTrue();
            assertThat(given.consumers())
                .contains(
                    new Receipt.Consumer(
                        "token-service",
                        replica,
                        Receipt.Channel.TOKEN_SERVICE,
                        Instant.parse("2026-05-28T14:43:58Z"),
                        null));
          });
      send(producer, ack(replica, Ack.Kind.LEFT));
    }
  }

  @Test
  void anEvaluatorThatHasJustStartedKnowsWhoWasRegisteredBefore() {
    String replica = UUID.randomUUID().toString();
    try (var producer = producer(null)) {
      send(producer, ack(replica, Ack.Kind.REGISTERED));
      try (var receipts = receipts(CommitTopic.REVOCATIONS)) {
        CompletableFuture<Receipt> receipt = receipts.await("sessions:" + ORG, 5, LONG);
        send(producer, revocation("sessions:" + ORG, 5));
        await()
            .during(Duration.ofMillis(500))
            .atMost(Duration.ofSeconds(5))
            .until(() -> !receipt.isDone());

        send(producer, ack(replica, Ack.Kind.APPLIED, new Ack.Applied("sessions:" + ORG, 5)));

        assertThat(receipt).succeedsWithin(LONG).matches(Receipt::inForce);
      }
      send(producer, ack(replica, Ack.Kind.LEFT));
    }
  }

  @Test
  void aRecordThatSaysNothingKeepsNoReceiptFromComing() {
    String replica = UUID.randomUUID().toString();
    try (var producer = producer(null);
        var receipts = receipts(CommitTopic.REVOCATIONS)) {
      send(producer, ack(replica, Ack.Kind.REGISTERED));
      for (String nothing : new String[] {"null", "{}", "[]", ""}) {
        byte[] value = nothing.getBytes(StandardCharsets.UTF_8);
        send(producer, new ProducerRecord<>(Topics.ACKS, 0, replica, value));
        send(producer, new ProducerRecord<>(Topics.REVOCATIONS, 0, replica, value));
      }
      send(producer, new ProducerRecord<>(Topics.ACKS, 0, replica, null));
      CompletableFuture<Receipt> receipt = receipts.await("sessions:" + ORG, 9, LONG);
      send(producer, revocation("sessions:" + ORG, 9));
      send(producer, ack(replica, Ack.Kind.APPLIED, new Ack.Applied("sessions:" + ORG, 9)));

      assertThat(receipt)
          .succeedsWithin(LONG)
          .satisfies(given -> {
            assertThat(given.inForce()).isTrue();
            assertThat(given.consumers()).extracting(Receipt.Consumer::instance).contains(replica);
          });
      send(producer, ack(replica, Ack.Kind.LEFT));
    }
  }

  @Test
  void nobodyButAConsumerSaysThatItHasApplied() {
    String replica = UUID.randomUUID().toString();
    try (var producer = producer(null);
        var another = new KafkaProducer<String, byte[]>(kafka.producer());
        var receipts = receipts(CommitTopic.REVOCATIONS)) {
      send(producer, ack(replica, Ack.Kind.REGISTERED));
      CompletableFuture<Receipt> receipt = receipts.await("sessions:" + ORG, 11, LONG);
      send(producer, revocation("sessions:" + ORG, 11));
      send(another, ack(replica, Ack.Kind.APPLIED, new Ack.Applied("sessions:" + ORG, 11)));
      send(another, ack(replica, Ack.Kind.LEFT));
      await()
          .during(Duration.ofMillis(500))
          .atMost(Duration.ofSeconds(5))
          .until(() -> !receipt.isDone());

      send(producer, ack(replica, Ack.Kind.APPLIED, new Ack.Applied("sessions:" + ORG, 11)));

      assertThat(receipt).succeedsWithin(LONG).matches(Receipt::inForce);
      send(producer, ack(replica, Ack.Kind.LEFT));
    }
  }

  @Test
  void deliveryServiceSpeaksForItsFollowersAndForNoVerifier() {
    String replica = UUID.randomUUID().toString();
    String delivery = Ack.OF_DELIVERY + UUID.randomUUID();
    try (var producer = producer(null);
        var receipts = receipts(CommitTopic.REVOCATIONS)) {
      send(producer, ack(replica, Ack.Kind.REGISTERED));
      CompletableFuture<Receipt> receipt = receipts.await("sessions:" + ORG, 13, LONG);
      send(producer, revocation("sessions:" + ORG, 13));
      var applied = List.of(new Ack.Applied("sessions:" + ORG, 13));
      for (String instance : List.of(replica, Ack.OF_DELIVERY + "of another")) {
        var forged = new Ack("token-service", instance, Ack.Kind.APPLIED, applied, Instant.EPOCH);
        send(producer, new ProducerRecord<>(Topics.ACKS, 0, delivery, EventCodec.encode(forged)));
      }
      var shop = new Ack.Follower(null, "shop", "1", 10_000, Ack.Channel.PAGE, applied);
      var asVerifier =
          new Ack(
              "token-service",
              replica,
              Ack.Kind.ALIVE,
              List.of(),
              List.of(shop),
              null,
              Instant.EPOCH);
      send(producer, new ProducerRecord<>(Topics.ACKS, 0, replica, EventCodec.encode(asVerifier)));
      await()
          .during(Duration.ofMillis(500))
          .atMost(Duration.ofSeconds(5))
          .until(() -> !receipt.isDone());
      assertThat(receipts.soFar("sessions:" + ORG, 13).consumers())
          .extracting(Receipt.Consumer::instance)
          .doesNotContain("1");

      send(producer, ack(replica, Ack.Kind.APPLIED, new Ack.Applied("sessions:" + ORG, 13)));

      assertThat(receipt).succeedsWithin(LONG).matches(Receipt::inForce);
      send(producer, ack(replica, Ack.Kind.LEFT));
    }
  }

  @Test
  void whoWaitsIsAnsweredInTimeThoughATopicIsMissing() throws Exception {
    try (var without = Servers.forTests().freshBroker()) {
      var settings = KafkaSettings.of(without.bootstrapServers());
      TopicGuard.ensure(settings);
      try (var receipts = receipts(settings, CommitTopic.REVOCATIONS);
          var admin = settings.admin()) {
        admin.deleteTopics(List.of(Topics.ACKS)).all().get();
        for (int position = 1; position <= 3; position++) {
          assertThat(receipts.await("sessions:" + ORG, position, Duration.ofSeconds(1)))
              .succeedsWithin(LONG)
              .matches(receipt -> !receipt.inForce());
        }
      }
    }
  }

  private static Receipts receipts(CommitTopic topic) {
    return receipts(kafka, topic);
  }

  private static Receipts receipts(KafkaSettings kafka, CommitTopic topic) {
    var receipts =
        new Receipts(kafka, TestSeals.SEALS, topic, STALENESS, Clock.systemUTC(), System::nanoTime);
    receipts.start();
    return receipts;
  }

  private static Producer<String, byte[]> producer(String transactionalId) {
    var config = kafka.producer();
    if (transactionalId != null) {
      config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    }
    return TestSeals.SEALS.producer(config);
  }

  private static void send(
      Producer<String, byte[]> producer, ProducerRecord<String, byte[]> record) {
    try {
      producer.send(record).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ProducerRecord<String, byte[]> ack(
      String instance, Ack.Kind kind, Ack.Applied... applied) {
    return ack(instance, kind, Instant.parse("2026-05-28T14:43:58Z"), applied);
  }

  private static ProducerRecord<String, byte[]> ack(
      String instance, Ack.Kind kind, Instant at, Ack.Applied... applied) {
    var ack = new Ack("token-service", instance, kind, List.of(applied), at);
    return new ProducerRecord<>(Topics.ACKS, 0, instance, EventCodec.encode(ack));
  }

  private static ProducerRecord<String, byte[]> event(long position) {
    var headers =
        new CloudEventHeaders(
            "evt_1",
            "dev.keyledger.key.revoked",
            "/keyledger/test",
            null,
            Instant.EPOCH,
            ORG,
            position,
            null);
    return new ProducerRecord<>(
        Topics.EVENTS, Topics.partitionOf(ORG), ORG.value(), new byte[0], headers.toHeaders());
  }

  private static ProducerRecord<String, byte[]> revocation(String stream, long position) {
    var revocation =
        new Revocation(
            ORG,
            stream,
            position,
            null,
            Revocation.Subject.SESSION,
            "ses_1",
            Instant.EPOCH,
            Revocation.Effect.END,
            true,
            Instant.EPOCH);
    return new ProducerRecord<>(
        Topics.REVOCATIONS, Topics.partitionOf(ORG), stream, EventCodec.encode(revocation));
  }
}
