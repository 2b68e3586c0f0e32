package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.testing.TestServerKeys;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class RelayStopsTest {
  private final OrganizationId organization = Acme.organization();
  private Servers.Broker broker;
  private LedgerFixture ledger;
  private TopicReader topics;

  @BeforeEach
  void start() {
    broker = Servers.forTests().freshBroker();
    ledger = new LedgerFixture(Servers.forTests().freshDatabase());
    topics = new TopicReader(broker.bootstrapServers());
    TopicGuard.ensure(KafkaSettings.of(broker.bootstrapServers()));
  }

  @AfterEach
  void stop() {
    ledger.close();
    broker.close();
  }

  @Test
  void atAnErrorAndLeavesTheLeaseToAnother() {
    var broken =
        new Steps() {
          @Override
          public void beforeSend() {
            throw new NoClassDefFoundError("of a class that a test misses");
          }
        };
    ledger.append(organization, 0, Acme.registered(organization));
    try (Node node = Node.start(ledger, broker.bootstrapServers(), broken)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> node.relay.phase() == Relay.Phase.STOPPED);
      await().atMost(Duration.ofSeconds(30)).until(() -> !node.lease.isHeld());
      assertThat(node.relay.reason()).isEqualTo("failed with java.lang.NoClassDefFoundError");
      try (var tokens =
          new PublishedTokens(
              new RelayKafka(
                  KafkaSettings.of(broker.bootstrapServers()),
                  TestServerKeys.SEALS,
                  "nobody",
                  Duration.ofSeconds(2)),
              Duration.ofSeconds(2),
              System::nanoTime)) {
        assertThat(new RelayHealth(node.relay, tokens).health().getStatus()).isEqualTo(Status.DOWN);
      }
      try (Node other = Node.start(ledger, broker.bootstrapServers(), Steps.UNHINDERED)) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> topics.positions(organization).equals(List.of(0L)));
        assertThat(other.leads()).isTrue();
      }
    }
  }

  @Test
  void whenMoreWasPublishedThanTheLedgerHolds() {
    ledger.append(organization, 0, Acme.registered(organization));
    try (Node node = Node.start(ledger, broker.bootstrapServers(), Steps.UNHINDERED)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> topics.positions(organization).equals(List.of(0L)));
    }
    try (var restoredFromAnOldCopy = new LedgerFixture(Servers.forTests().freshDatabase());
        Node node =
            Node.start(restoredFromAnOldCopy, broker.bootstrapServers(), Steps.UNHINDERED)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> node.relay.phase() == Relay.Phase.STOPPED);
      assertThat(node.relay.reason()).contains("the ledger ends at -1");
    }
  }

  @Test
  void whenTheLedgerHasAnotherEventWhereOneWasPublished() {
    ledger.append(organization, 0, Acme.registered(organization));
    try (Node node = Node.start(ledger, broker.bootstrapServers(), Steps.UNHINDERED)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> topics.positions(organization).equals(List.of(0L)));
    }
    try (var another = new LedgerFixture(Servers.forTests().freshDatabase())) {
      for (int i = 0; i < 3; i++) {
        OrganizationId one = Acme.organization();
        another.append(one, 0, Acme.registered(one));
      }
      try (Node node = Node.start(another, broker.bootstrapServers(), Steps.UNHINDERED)) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> node.relay.phase() == Relay.Phase.STOPPED);
        assertThat(node.relay.reason()).contains("where the ledger has another or none");
      }
    }
  }

  @Test
  void whenEventsWerePublishedThatThisLedgerKnowsNothingOf() throws Exception {
    ledger.append(organization, 0, Acme.registered(organization));
    try (Node node = Node.start(ledger, broker.bootstrapServers(), Steps.UNHINDERED)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> topics.positions(organization).equals(List.of(0L)));
    }
    try (Admin admin = KafkaSettings.of(broker.bootstrapServers()).admin()) {
      admin.deleteTopics(List.of(Topics.RELAY)).all().get();
    }

    try (var another = new LedgerFixture(Servers.forTests().freshDatabase());
        Node node = Node.start(another, broker.bootstrapServers(), Steps.UNHINDERED)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> node.relay.phase() == Relay.Phase.STOPPED);
      assertThat(node.relay.reason()).contains("has a token for them");
    }
    assertThat(topics.positions(organization)).containsExactly(0L);
  }

  @Test
  void whenTheNewestTokenCannotBeReadAndPostgresHasNoneAndSaysWhichRecordItIs() throws Exception {
    publishOne();
    long torn = tornToken();
    ledger.append(organization, 1, Acme.created(Acme.key()));
    ledger.asOwner("UPDATE relay_checkpoint SET token = NULL, topics = NULL");

    try (Node node = Node.start(ledger, broker.bootstrapServers(), Steps.UNHINDERED)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> node.relay.phase() == Relay.Phase.STOPPED);
      assertThat(node.relay.reason()).contains(Topics.RELAY + "-0@" + torn);
    }
    assertThat(topics.positions(organization)).containsExactly(0L);
  }

  @Test
  void notWhenTheNewestTokenCannotBeReadAndPostgresHasOne() throws Exception {
    publishOne();
    long unused = tornToken();
    ledger.append(organization, 1, Acme.created(Acme.key()));

    try (Node node = Node.start(ledger, broker.bootstrapServers(), Steps.UNHINDERED)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> topics.positions(organization).equals(List.of(0L, 1L)));
      assertThat(node.relay.phase()).isEqualTo(Relay.Phase.LEADING);
    }
  }

  private void publishOne() throws Exception {
    ledger.append(organization, 0, Acme.registered(organization));
    try (Node node = Node.start(ledger, broker.bootstrapServers(), Steps.UNHINDERED)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> topics.positions(organization).equals(List.of(0L)));
    }
  }

  private long tornToken() throws Exception {
    try (var producer =
        TestServerKeys.SEALS.producer(KafkaSettings.of(broker.bootstrapServers()).producer())) {
      return producer
          .send(new ProducerRecord<>(Topics.RELAY, 0, "x", new byte[] {'{'}))
          .get()
          .offset();
    }
  }
}
