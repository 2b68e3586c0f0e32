package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.Topics;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.subscriber.kafka.KafkaSettings;
import dev.keyledger.subscriber.kafka.TopicGuard;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RelayTest {
  private static Servers.Broker broker;
  private static LedgerFixture ledger;
  private static TopicReader topics;

  private final List<Node> nodes = new ArrayList<>();
  private final OrganizationId organization = Acme.organization();

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

  /**
   * While it rests, which is as long as it may be here, others come to wait for one transaction.
   */
  @Test
  void whatComesWhileABusyRelayRestsSharesATransaction() {
    KeyId key = Acme.key();
    ledger.append(organization, 0, Acme.registered(organization));
    ledger.append(organization, 1, Acme.created(key));
    int busy = Node.SETTINGS.restFrom();
    for (int i = 2; i < busy; i++) {
      ledger.append(organization, i, Acme.renamed(key, "ci", "ci"));
    }
    List<LedgerFixture.Append> later =
        IntStream.range(busy, busy + 5)
            .mapToObj(i -> ledger.append().add(organization, i, Acme.renamed(key, "ci", "ci")))
            .toList();
    var transactions = new AtomicInteger();
    var steps =
        new Steps() {
          @Override
          public void afterCommit() {
            if (transactions.incrementAndGet() == 1) {
              Thread.ofVirtual().start(this::commitOneByOne);
            }
          }

          private void commitOneByOne() {
            for (LedgerFixture.Append append : later) {
              append.commit();
              nodes.forEach(node -> node.appended.give());
            }
          }
        };
    nodes.add(Node.start(ledger, broker.bootstrapServers(), resting(), steps));

    awaitPublished(busy + 4);

    assertThat(transactions).hasValue(2);
  }

  private static RelaySettings resting() {
    RelaySettings usual = Node.SETTINGS;
    return new RelaySettings(
        usual.transactionalId(),
        usual.lease(),
        usual.gapTimeout(),
        usual.batch(),
        usual.restFrom(),
        RelaySettings.LONGEST_REST,
        usual.poll());
  }

  @Test
  void anEventBecomesAFactAndAnAccessRecordAndWhereItEndsSomethingARevocation() {
    KeyId key = Acme.key();
    ledger.append(organization, 0, Acme.registered(organization));
    ledger.append(organization, 1, Acme.created(key));
    ledger.append(organization, 2, Acme.revoked(key));
    relay(Steps.UNHINDERED);

    awaitPublished(2);

    List<ConsumerRecord<String, byte[]>> facts = topics.committed(Topics.EVENTS, organization);
    assertThat(facts).extracting(ConsumerRecord::key).containsOnly(organization.value());
    assertThat(header(facts.get(1), "ce_type")).isEqualTo("dev.keyledger.key.created");
    assertThat(header(facts.get(1), "ce_subject")).isEqualTo(key.value());
    assertThat(header(facts.get(1), "ce_position")).isEqualTo("1");
    assertThat(header(facts.get(1), "ce_specversion")).isEqualTo("1.0");

    List<ConsumerRecord<String, byte[]>> access = topics.committed(Topics.ACCESS, organization);
    assertThat(access)
        .extracting(ConsumerRecord::key)
        .containsExactly(organization.value(), key.value(), key.value());
    var created = (KeyAccess) EventCodec.decodeAccess(key.value(), access.get(1).value());
    assertThat(created.state()).isEqualTo(KeyAccess.KeyState.ACTIVE);
    assertThat(created.secrets().getFirst().verifier()).isEqualTo(Acme.VERIFIER);
    var revoked = (KeyAccess) EventCodec.decodeAccess(key.value(), access.get(2).value());
    assertThat(revoked.state()).isEqualTo(KeyAccess.KeyState.REVOKED);
    assertThat(revoked.position()).isEqualTo(2);

    assertThat(topics.revocations(organization))
        .singleElement()
        .satisfies(revocation -> {
          assertThat(revocation.id()).isEqualTo(key.value());
          assertThat(revocation.effect()).isEqualTo(Revocation.Effect.END);
          assertThat(revocation.endsTokens()).isTrue();
          assertThat(revocation.issuedBefore()).isEqualTo(Acme.AT.plusMillis(1));
          assertThat(revocation.previous()).isNull();
        });
  }

  @Test
  void noVerifierLeavesTheLedgerForEvents() {
    ledger.append(organization, 0, Acme.registered(organization));
    ledger.append(organization, 1, Acme.created(Acme.key()));
    relay(Steps.UNHINDERED);

    awaitPublished(1);

    assertThat(topics.committed(Topics.EVENTS, organization))
        .allSatisfy(record ->
            assertThat(new String(record.value(), StandardCharsets.UTF_8))
                .doesNotContain(Acme.VERIFIER));
    assertThat(((KeyCreated) topics.events(organization).get(1).event()).secret().verifier())
        .isNull();
  }

  @ParameterizedTest
  @EnumSource(Frozen.At.class)
  void aRelayThatIsPausedAndOvertakenWritesNothingMoreWhenItResumes(Frozen.At moment)
      throws InterruptedException {
    var frozen = new Frozen(moment);
    Node first = relay(frozen);
    awaitLeading(first);
    KeyId key = Acme.key();
    ledger.append(organization, 0, Acme.registered(organization));
    first.appended.give();
    awaitPublished(0);
    frozen.arm();
    ledger.append(organization, 1, Acme.created(key));
    first.appended.give();
    frozen.awaitReached();
    first.pause();

    Node second = relay(Steps.UNHINDERED);
    long start = System.nanoTime();
    awaitLeading(second);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    ledger.append(organization, 2, Acme.renamed(key, "ci", "deploy"));
    second.appended.give();
    awaitPublished(2);

    first.resume();
    frozen.thaw();
    ledger.append(organization, 3, Acme.revoked(key));
    second.appended.give();
    awaitPublished(3);
    await().atMost(Duration.ofSeconds(30)).until(() -> !first.leads());

    assertThat(topics.positions(organization)).containsExactly(0L, 1L, 2L, 3L);
    assertThat(topics.committed(Topics.ACCESS, organization)).hasSize(4);
    assertThat(topics.revocations(organization)).hasSize(1);
    assertThat(second.leads()).isTrue();
    assertThat(first.relay.status()).isEqualTo(Relay.Status.STANDBY);
  }

  @Test
  void whatWasSentAndNeverCommittedIsSeenByNobodyWhoReadsCommitted() throws InterruptedException {
    var frozen = new Frozen(Frozen.At.COMMIT);
    Node first = relay(frozen);
    awaitLeading(first);
    frozen.arm();
    ledger.append(organization, 0, Acme.registered(organization));
    first.appended.give();
    frozen.awaitReached();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !topics.uncommitted(Topics.EVENTS, organization).isEmpty());
    assertThat(topics.committed(Topics.EVENTS, organization)).isEmpty();

    first.pause();
    Node second = relay(Steps.UNHINDERED);
    awaitLeading(second);
    awaitPublished(0);

    assertThat(topics.uncommitted(Topics.EVENTS, organization)).hasSize(2);
    assertThat(topics.positions(organization)).containsExactly(0L);
    frozen.thaw();
  }

  @Test
  void aLowerIndexThatIsCommittedLaterIsNotSkipped() {
    OrganizationId slow = Acme.organization();
    Node node = relay(Steps.UNHINDERED);
    awaitLeading(node);
    try (LedgerFixture.Append late = ledger.append().add(slow, 0, Acme.registered(slow))) {
      ledger.append(organization, 0, Acme.registered(organization));
      node.appended.give();
      awaitPublished(0);
      assertThat(topics.positions(slow)).isEmpty();

      late.commit();
      node.appended.give();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> topics.positions(slow).equals(List.of(0L)));
    }
    assertThat(topics.positions(organization)).containsExactly(0L);
  }

  @Test
  void aGapThatWasRolledBackIsForgottenAfterItsTime() {
    Node node = relay(Steps.UNHINDERED);
    awaitLeading(node);
    ledger.append().add(organization, 0, Acme.registered(organization)).rollback();
    OrganizationId next = Acme.organization();
    ledger.append(next, 0, Acme.registered(next));
    node.appended.give();
    await().atMost(Duration.ofSeconds(30)).until(() -> topics.positions(next).equals(List.of(0L)));
    assertThat(kafka().token().gaps()).contains(ledger.head() - 1);

    await()
        .atMost(Node.SETTINGS.gapTimeout().multipliedBy(4))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> {
          OrganizationId another = Acme.organization();
          ledger.append(another, 0, Acme.registered(another));
          node.appended.give();
          await()
              .atMost(Duration.ofSeconds(30))
              .until(() -> topics.positions(another).equals(List.of(0L)));
          return kafka().token().gaps().isEmpty();
        });
  }

  @Test
  void aGapIsHandedToTheSuccessor() {
    OrganizationId slow = Acme.organization();
    Node first = relay(Steps.UNHINDERED);
    awaitLeading(first);
    try (LedgerFixture.Append late = ledger.append().add(slow, 0, Acme.registered(slow))) {
      ledger.append(organization, 0, Acme.registered(organization));
      first.appended.give();
      awaitPublished(0);
      first.close();
      Node second = relay(Steps.UNHINDERED);
      awaitLeading(second);

      late.commit();
      second.appended.give();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> topics.positions(slow).equals(List.of(0L)));
    }
  }

  @Test
  void revocationsNameTheOneBeforeThemAcrossTakeovers() {
    KeyId one = Acme.key();
    KeyId two = Acme.key();
    ledger.append(organization, 0, Acme.registered(organization));
    ledger.append(organization, 1, Acme.created(one));
    ledger.append(organization, 2, Acme.created(two));
    ledger.append(organization, 3, Acme.revoked(one));
    Node first = relay(Steps.UNHINDERED);
    awaitPublished(3);
    first.close();
    Node second = relay(Steps.UNHINDERED);
    awaitLeading(second);
    ledger.append(organization, 4, Acme.revoked(two));
    second.appended.give();
    awaitPublished(4);

    assertThat(topics.revocations(organization))
        .extracting(Revocation::position)
        .containsExactly(3L, 4L);
    assertThat(topics.revocations(organization))
        .extracting(Revocation::previous)
        .containsExactly(null, 3L);
  }

  @Test
  void nothingIsLostNorTwiceNorOutOfOrderWhileRelaysFailAtRandom() {
    var random = new Random(42);
    var failures = new AtomicInteger();
    Steps brittle =
        new Steps() {
          private void perhapsFail() {
            if (random.nextInt(6) == 0 && failures.incrementAndGet() <= 12) {
              throw new KafkaException("killed by the test");
            }
          }

          @Override
          public void beforeSend() {
            perhapsFail();
          }

          @Override
          public void beforeCommit() {
            perhapsFail();
          }

          @Override
          public void afterCommit() {
            perhapsFail();
          }
        };
    List<OrganizationId> many = List.of(organization, Acme.organization(), Acme.organization());
    many.forEach(one -> ledger.append(one, 0, Acme.registered(one)));
    Node first = relay(brittle);
    Node second = relay(brittle);
    int last = 60;
    for (long position = 1; position <= last; position++) {
      for (OrganizationId one : many) {
        ledger.append(one, position, Acme.created(Acme.key()));
        first.appends.appended();
        second.appends.appended();
      }
    }

    List<Long> expected = LongStream.rangeClosed(0, last).boxed().toList();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> many.stream().allMatch(one -> topics.positions(one).size() > last));
    assertThat(many).allSatisfy(one -> assertThat(topics.positions(one)).isEqualTo(expected));
    assertThat(failures).hasPositiveValue();
  }

  @Test
  void anAppendOfAnotherReplicaWakesTheRelayLongBeforeItsPoll() {
    Node leader = relay(Steps.UNHINDERED);
    awaitLeading(leader);
    Node other = relay(Steps.UNHINDERED);

    long start = System.nanoTime();
    ledger.append(organization, 0, Acme.registered(organization));
    other.appends.appended();
    awaitPublished(0);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Node.SETTINGS.poll());
  }

  private Node relay(Steps steps) {
    Node node = Node.start(ledger, broker.bootstrapServers(), steps);
    nodes.add(node);
    return node;
  }

  private static RelayKafka kafka() {
    return new RelayKafka(KafkaSettings.of(broker.bootstrapServers()), "nobody");
  }

  private void awaitLeading(Node node) {
    await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(node::leads);
  }

  private void awaitPublished(long position) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> topics.positions(organization).contains(position));
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
