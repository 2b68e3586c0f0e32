package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.kit.receipts.CommitTopic;
import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.kit.receipts.Receipts;
import dev.keyledger.testing.TestServerKeys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerReceiptsTest {
  private static final Instant LONG_AGO = Instant.EPOCH.minusSeconds(3_600);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final OrganizationId organization = Acme.organization();
  private final KeyId key = Acme.key();
  private Servers.Broker broker;
  private KafkaSettings kafka;
  private LedgerFixture ledger;
  private Node node;

  @BeforeEach
  void start() {
    broker = Servers.forTests().freshBroker();
    kafka = KafkaSettings.of(broker.bootstrapServers());
    TopicGuard.ensure(kafka);
    ledger = new LedgerFixture(Servers.forTests().freshDatabase());
    ledger.append(organization, 0, Acme.registered(organization));
    ledger.append(organization, 1, Acme.created(key));
    node = Node.start(ledger, broker.bootstrapServers(), Steps.UNHINDERED);
    await().atMost(Duration.ofSeconds(30)).until(node::leads);
  }

  @AfterEach
  void stop() {
    node.close();
    ledger.close();
    broker.close();
  }

  @Test
  void aRevocationIsInForceWhenItsReplicaHasAppliedItAndNotBefore() {
    try (var replica = TestServerKeys.SEALS.producer(kafka.producer());
        Service service = service(Duration.ofSeconds(20))) {
      send(replica, Ack.Kind.REGISTERED, List.of(), LONG_AGO);
      send(replica, Ack.Kind.ALIVE, List.of(), Instant.EPOCH);
      ledger.append(organization, 2, Acme.revoked(key));
      node.appendNotifier.appended();
      CompletableFuture<Receipt> receipt =
          service.inForce.whenInForce(organization, 2, null).toCompletableFuture();
      await().atMost(Duration.ofSeconds(30)).until(() -> service.tokens.newest().index() >= 3);
      assertThat(receipt).isNotDone();
      assertThat(service.inForce.soFar(organization, 2).consumers())
          .extracting(Receipt.Consumer::instance, Receipt.Consumer::appliedAt)
          .containsExactly(tuple("a", null));

      send(
          replica,
          Ack.Kind.APPLIED,
          List.of(new Ack.Applied(organization.value(), 2)),
          Instant.EPOCH);

      assertThat(receipt).succeedsWithin(LONG).matches(Receipt::inForce);
      assertThat(receipt.join().consumers())
          .containsExactly(
              new Receipt.Consumer(
                  "token-service", "a", Receipt.Channel.TOKEN_SERVICE, Instant.EPOCH, null));
    }
  }

  @Test
  void aPositionFromBeforeThisReplicaBeganIsInForceOnceItIsOldEnough() {
    ledger.append(organization, 2, Acme.revoked(key));
    node.appendNotifier.appended();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> new TopicReader(broker.bootstrapServers()).positions(organization).contains(2L));

    try (Service service = service(Duration.ofSeconds(1))) {
      assertThat(service.inForce.whenInForce(organization, 2, null).toCompletableFuture())
          .succeedsWithin(LONG)
          .matches(Receipt::inForce);
    }
  }

  @Test
  void whatNoRelayHasPublishedIsNotInForce() {
    node.close();
    try (Service service = service(Duration.ofSeconds(1))) {
      ledger.append(organization, 2, Acme.revoked(key));

      CompletableFuture<Receipt> receipt =
          service.inForce.whenInForce(organization, 2, null).toCompletableFuture();

      await()
          .during(Duration.ofSeconds(3))
          .atMost(Duration.ofSeconds(6))
          .until(() -> !receipt.isDone());
      assertThat(service.inForce.soFar(organization, 2).inForce()).isFalse();
    }
  }

  /** What a command-service has beside its relay. */
  private record Service(Receipts receipts, PublishedTokens tokens, LedgerReceipts inForce)
      implements AutoCloseable {
    @Override
    public void close() {
      inForce.close();
      receipts.close();
      tokens.close();
    }
  }

  private Service service(Duration maxStaleness) {
    var receipts =
        new Receipts(
            kafka,
            TestServerKeys.SEALS,
            CommitTopic.EVENTS,
            maxStaleness,
            Clock.systemUTC(),
            System::nanoTime);
    var tokens =
        new PublishedTokens(
            new RelayKafka(kafka, TestServerKeys.SEALS, "nobody", Duration.ofSeconds(2)),
            maxStaleness.multipliedBy(11).dividedBy(10),
            System::nanoTime);
    receipts.start();
    tokens.start();
    return new Service(
        receipts, tokens, new LedgerReceipts(receipts, tokens, ledger.log(), ledger.pooled()));
  }

  private static void send(
      Producer<String, byte[]> replica, Ack.Kind kind, List<Ack.Applied> applied, Instant at) {
    var ack = new Ack("token-service", "a", kind, applied, at);
    replica.send(new ProducerRecord<>(Topics.ACKS, 0, "a", EventCodec.encode(ack)));
    replica.flush();
  }
}
