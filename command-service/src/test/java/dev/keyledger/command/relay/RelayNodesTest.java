package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.testing.TestServerKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Relays of several replicas on one ledger and one broker. */
abstract class RelayNodesTest {
  static final Duration SOON = Duration.ofSeconds(30);

  static Servers.Broker broker;
  static LedgerFixture ledger;
  static TopicReader topics;

  final List<Node> nodes = new ArrayList<>();
  final OrganizationId organization = Acme.organization();

  @BeforeAll
  static void start() {
    broker = Servers.forTests().freshBroker();
    ledger = new LedgerFixture(Servers.forTests().freshDatabase());
    topics = new TopicReader(broker.bootstrapServers());
    TopicGuard.ensure(KafkaSettings.of(broker.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    ledger.close();
    broker.close();
  }

  @AfterEach
  void stopRelays() {
    nodes.forEach(Node::close);
  }

  Node relay(Steps steps) {
    Node node = Node.start(ledger, broker.bootstrapServers(), steps);
    nodes.add(node);
    return node;
  }

  void awaitLeading(Node node) {
    await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(node::leads);
  }

  void awaitPublished(long position) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> topics.positions(organization).contains(position));
  }

  void awaitPositions(OrganizationId one, Long... positions) {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(topics.positions(one)).containsExactly(positions));
  }

  static RelayKafka kafka() {
    return new RelayKafka(
        KafkaSettings.of(broker.bootstrapServers()),
        TestServerKeys.SEALS,
        "nobody",
        Duration.ofSeconds(2));
  }
}
