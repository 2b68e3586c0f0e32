package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.Topics;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.subscription.SubscriptionRecord;
import dev.keyledger.events.subscription.SubscriptionRecord.State;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.testing.TestServerKeys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/**
 * PostgreSQL is the memory: what Kafka has lost is published again, and nothing twice elsewhere.
 */
class RelayTopicsTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final OrganizationId organization = Acme.organization();
  private final KeyId key = Acme.key();
  private static Servers.Broker broker;
  private LedgerFixture ledger;
  private TopicReader topics;

  @BeforeAll
  static void startBroker() {
    broker = Servers.forTests().freshBroker();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void start() throws Exception {
    delete(Topics.ALL.stream().map(Topics.Spec::name).toArray(String[]::new));
    ledger = new LedgerFixture(Servers.forTests().freshDatabase());
    topics = new TopicReader(broker.bootstrapServers());
    TopicGuard.ensure(KafkaSettings.of(broker.bootstrapServers()));
    ledger.append(organization, 0, Acme.registered(organization));
    ledger.append(organization, 1, Acme.created(key));
    ledger.append(organization, 2, Acme.revoked(key));
  }

  @AfterEach
  void stop() {
    ledger.close();
  }

  private Node relay() {
    return Node.start(ledger, broker.bootstrapServers(), Steps.UNHINDERED);
  }

  private void awaitPositions(Long... positions) {
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(topics.positions(organization)).containsExactly(positions));
  }

  private static void delete(String... names) throws Exception {
    try (Admin admin = KafkaSettings.of(broker.bootstrapServers()).admin()) {
      Set<String> there = admin.listTopics().names().get();
      admin.deleteTopics(Stream.of(names).filter(there::contains).toList()).all().get();
    }
  }

  private String idOf(String topic) throws Exception {
    try (Admin admin = KafkaSettings.of(broker.bootstrapServers()).admin()) {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get()
          .get(topic)
          .topicId()
          .toString();
    }
  }

  private List<String> accessOf(OrganizationId one) {
    return topics.committed(Topics.ACCESS, one).stream().map(ConsumerRecord::key).toList();
  }

  @Test
  void allTopicsAreFilledAgainWhenKafkaWasEmptiedBeneathARelayThatLeads() throws Exception {
    try (Node node = relay()) {
      awaitPositions(0L, 1L, 2L);
      delete(Topics.EVENTS, Topics.ACCESS, Topics.REVOCATIONS, Topics.RELAY);

      awaitPositions(0L, 1L, 2L);
      assertThat(topics.revocations(organization)).hasSize(1);
      assertThat(accessOf(organization))
          .containsExactly(organization.value(), key.value(), key.value());
      ledger.append(organization, 3, Acme.renamed(Acme.key(), "a", "b"));
      ledger.append(organization, 4, Acme.created(Acme.key()));
      node.appended.give();
    }
  }

  @Test
  void oneTopicThatWasLostIsFilledAndTheOthersGetNothingTwice() throws Exception {
    try (Node node = relay()) {
      awaitPositions(0L, 1L, 2L);
      delete(Topics.ACCESS);
      await()
          .atMost(SOON)
          .ignoreExceptions()
          .untilAsserted(() ->
              assertThat(accessOf(organization))
                  .containsExactly(organization.value(), key.value(), key.value()));

      KeyId next = Acme.key();
      ledger.append(organization, 3, Acme.created(next));
      node.appended.give();

      awaitPositions(0L, 1L, 2L, 3L);
      assertThat(topics.revocations(organization)).hasSize(1);
      assertThat(accessOf(organization)).endsWith(next.value()).hasSize(4);
      await().atMost(SOON).until(() -> newestToken().filling() == null);
      assertThat(newestToken().topics()).containsEntry(Topics.ACCESS, idOf(Topics.ACCESS));
    }
  }

  /** Acknowledgements and uses come again by themselves; receipts need the first. */
  @Test
  void topicsThatItDoesNotWriteAreMadeAgainToo() throws Exception {
    try (Node node = relay()) {
      awaitPositions(0L, 1L, 2L);
      List<String> others = List.of(Topics.ACKS, Topics.USAGE, Topics.ACTIVITY);
      delete(others.toArray(String[]::new));

      for (String other : others) {
        await().atMost(SOON).ignoreExceptions().until(() -> !idOf(other).isEmpty());
      }
      awaitPositions(0L, 1L, 2L);
      assertThat(topics.revocations(organization)).hasSize(1);
    }
  }

  @Test
  void whatASubscriptionIsSignedByLeavesForDeliveryAloneAndIsThereAgainOnceItsTopicWasLost()
      throws Exception {
    SubscriptionCreated created = Acme.subscribed();
    ledger.append(organization, 3, created);
    ledger.append(
        organization, 4, new SubscriptionRemoved(created.subscription(), State.ACTIVE, Acme.AT));
    try (Node node = relay()) {
      awaitPositions(0L, 1L, 2L, 3L, 4L);
      List<SubscriptionRecord> told = topics.subscriptions(organization);

      assertThat(told)
          .extracting(SubscriptionRecord::position, SubscriptionRecord::state)
          .containsExactly(tuple(3L, State.ACTIVE), tuple(4L, State.REMOVED));
      assertThat(told.getFirst().secrets().getFirst().sealed())
          .isEqualTo(created.secret().sealed());
      assertThat(told.getFirst().createdPosition()).isEqualTo(3);
      assertThat(told.getLast().secrets()).isEmpty();
      assertThat(topics.committed(Topics.SUBSCRIPTIONS, organization))
          .extracting(ConsumerRecord::key)
          .containsOnly(created.subscription().value());
      for (String topic : List.of(Topics.EVENTS, Topics.ACCESS, Topics.REVOCATIONS)) {
        assertThat(topics.committed(topic, organization))
            .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
            .noneMatch(text -> text.contains(created.secret().sealed()));
      }

      delete(Topics.SUBSCRIPTIONS);

      await()
          .atMost(SOON)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(topics.subscriptions(organization)).isEqualTo(told));
      assertThat(topics.positions(organization)).containsExactly(0L, 1L, 2L, 3L, 4L);
    }
  }

  /** Nothing of its kind had been published: to fill it would read the whole ledger for nothing. */
  @Test
  void aTopicThatAReleaseOfBeforeDidNotKnowIsWhole() throws Exception {
    try (Node node = relay()) {
      awaitPositions(0L, 1L, 2L);
    }
    delete(Topics.SUBSCRIPTIONS);
    ledger.asOwner(
        "UPDATE relay_checkpoint SET topics = convert_to((convert_from(topics, 'UTF8')::jsonb"
            + " #- '{marks,keyledger.subscriptions.v1}')::text, 'UTF8')");
    SubscriptionCreated created = Acme.subscribed();
    ledger.append(organization, 3, created);
    List<RelayToken> tokens = new CopyOnWriteArrayList<>();
    var watching =
        new Steps() {
          @Override
          public void beforeCommit() {
            tokens.add(newestToken());
          }
        };

    try (Node node = Node.start(ledger, broker.bootstrapServers(), watching)) {
      awaitPositions(0L, 1L, 2L, 3L);
      assertThat(topics.subscriptions(organization)).hasSize(1);
    }
    assertThat(tokens).isNotEmpty().allMatch(token -> token.filling() == null);
    assertThat(newestToken().topics())
        .containsEntry(Topics.SUBSCRIPTIONS, idOf(Topics.SUBSCRIPTIONS));
  }

  @Test
  void aLostTokenIsReplacedByWhatPostgresqlRemembers() throws Exception {
    try (Node node = relay()) {
      awaitPositions(0L, 1L, 2L);
    }
    delete(Topics.RELAY);
    ledger.append(organization, 3, Acme.created(Acme.key()));

    try (Node node = relay()) {
      awaitPositions(0L, 1L, 2L, 3L);
      assertThat(node.leads()).isTrue();
    }
  }

  @Test
  void aTopicThatEndsBeforeWhatWasWrittenWasSetBackAndIsMadeAnew() throws Exception {
    String before;
    try (Node node = relay()) {
      awaitPositions(0L, 1L, 2L);
      before = idOf(Topics.ACCESS);
    }
    ledger.asOwner(
        "UPDATE relay_checkpoint SET topics = convert_to(regexp_replace(convert_from(topics,"
            + " 'UTF8'), '(\"keyledger.access.v1\":[^\\[]*\\[)[^]]*', '\\1"
            + "99,99,99,99,99,99,99,99'), 'UTF8')");

    try (Node node = relay()) {
      await().atMost(SOON).ignoreExceptions().until(() -> !idOf(Topics.ACCESS).equals(before));
      await()
          .atMost(SOON)
          .ignoreExceptions()
          .untilAsserted(() ->
              assertThat(accessOf(organization))
                  .containsExactly(organization.value(), key.value(), key.value()));
      awaitPositions(0L, 1L, 2L);
    }
  }

  @Test
  void anOperatorHasATopicMadeAnew() throws Exception {
    try (Node node = relay()) {
      awaitPositions(0L, 1L, 2L);
      String before = idOf(Topics.EVENTS);

      node.relay.makeAnew(Topics.EVENTS);

      await().atMost(SOON).ignoreExceptions().until(() -> !idOf(Topics.EVENTS).equals(before));
      awaitPositions(0L, 1L, 2L);
      assertThat(topics.revocations(organization)).hasSize(1);
      assertThat(accessOf(organization)).hasSize(3);
    }
  }

  @Test
  void anotherRelayGoesOnWithAFillingThatOneHadBegun() throws Exception {
    try (Node node = relay()) {
      awaitPositions(0L, 1L, 2L);
    }
    delete(Topics.ACCESS);
    var dyingBeforeItsCommit =
        new Steps() {
          @Override
          public void beforeCommit() {
            throw new NoClassDefFoundError("of a class that a test misses");
          }
        };
    try (Node node = Node.start(ledger, broker.bootstrapServers(), dyingBeforeItsCommit)) {
      await().atMost(SOON).until(() -> node.relay.phase() == Relay.Phase.STOPPED);
    }
    RelayToken left = newestToken();
    assertThat(left.index()).isEqualTo(-1);
    assertThat(left.filling()).isNotNull();
    assertThat(left.filling().ahead())
        .containsOnlyKeys(Topics.EVENTS, Topics.REVOCATIONS, Topics.SUBSCRIPTIONS);

    try (Node node = relay()) {
      await().atMost(SOON).untilAsserted(() -> assertThat(accessOf(organization)).hasSize(3));
      awaitPositions(0L, 1L, 2L);
      assertThat(topics.revocations(organization)).hasSize(1);
      await().atMost(SOON).until(() -> newestToken().filling() == null);
    }
  }

  @Test
  void aTokenNamesItsTopicsBeforeAnythingWasPublished() throws Exception {
    try (var empty = new LedgerFixture(Servers.forTests().freshDatabase());
        Node node = Node.start(empty, broker.bootstrapServers(), Steps.UNHINDERED)) {
      await().atMost(SOON).until(node::leads);
      var ids =
          Map.of(
              Topics.EVENTS, idOf(Topics.EVENTS),
              Topics.ACCESS, idOf(Topics.ACCESS),
              Topics.REVOCATIONS, idOf(Topics.REVOCATIONS),
              Topics.SUBSCRIPTIONS, idOf(Topics.SUBSCRIPTIONS));
      await().atMost(SOON).untilAsserted(() -> assertThat(newestToken().topics()).isEqualTo(ids));
    }
  }

  @Test
  void aTokenThatNoRelayWroteIsPassedOverAndNothingIsSkipped() throws Exception {
    try (Node node = relay()) {
      await().atMost(SOON).until(node::leads);
    }
    RelayToken genuine = newestToken();
    var far = EventCodec.mapper().readTree(EventCodec.encode(genuine));
    ((ObjectNode) far).put("index", genuine.index() + 1_000);
    try (var producer =
        new KafkaProducer<String, byte[]>(KafkaSettings.of(broker.bootstrapServers()).producer())) {
      producer
          .send(
              new ProducerRecord<>(
                  Topics.RELAY,
                  0,
                  RelayRecords.TOKEN_KEY,
                  EventCodec.mapper().writeValueAsBytes(far)))
          .get();
    }
    assertThat(newestToken()).isEqualTo(genuine);
    OrganizationId another = Acme.organization();
    ledger.append(another, 0, Acme.registered(another));

    try (Node node = relay()) {
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(topics.positions(another)).containsExactly(0L));
    }
  }

  private RelayToken newestToken() {
    RelayToken token =
        new RelayKafka(
                KafkaSettings.of(broker.bootstrapServers()),
                TestServerKeys.SEALS,
                "nobody",
                Duration.ofSeconds(2))
            .token();
    return token == null ? RelayToken.START : token;
  }
}
