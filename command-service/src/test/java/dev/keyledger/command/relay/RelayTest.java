package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.Topics;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.KeyId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RelayTest extends RelayNodesTest {
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
        usual.batch(),
        usual.restFrom(),
        RelaySettings.LONGEST_REST,
        usual.poll(),
        usual.transactionTimeout());
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

  /** A due time is told as one, an end as an end: whoever reads it needs no clock to know. */
  @Test
  void anAccessRecordTellsWhatHasEndedFromWhatIsDue() {
    KeyId key = Acme.key();
    ledger.append(organization, 0, Acme.registered(organization));
    ledger.append(organization, 1, Acme.created(key));
    ledger.append(organization, 2, Acme.rotated(key, Acme.AT.plusSeconds(60)));
    ledger.append(organization, 3, Acme.completed(key, Acme.AT.plusSeconds(60)));
    ledger.append(organization, 4, Acme.expired(key, Acme.AT.plusSeconds(90)));
    relay(Steps.UNHINDERED);

    awaitPublished(4);

    List<KeyAccess> records =
        topics.committed(Topics.ACCESS, organization).stream()
            .filter(record -> record.key().equals(key.value()))
            .map(record -> (KeyAccess) EventCodec.decodeAccess(key.value(), record.value()))
            .toList();
    assertThat(records.get(1).secrets().getFirst().validUntil()).isEqualTo(Acme.AT.plusSeconds(60));
    assertThat(records.get(1).secrets())
        .extracting(AccessRecord.SecretAccess::endedAt)
        .containsExactly(null, null);
    assertThat(records.get(2).secrets())
        .extracting(AccessRecord.SecretAccess::endedAt)
        .containsExactly(Acme.AT.plusSeconds(60), null);
    assertThat(records)
        .extracting(KeyAccess::state)
        .containsExactly(
            KeyAccess.KeyState.ACTIVE,
            KeyAccess.KeyState.ACTIVE,
            KeyAccess.KeyState.ACTIVE,
            KeyAccess.KeyState.EXPIRED);
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

  @Test
  void anAppendOfAnotherReplicaWakesTheRelayLongBeforeItsPoll() {
    Node leader = relay(Steps.UNHINDERED);
    awaitLeading(leader);
    Node other = relay(Steps.UNHINDERED);

    long start = System.nanoTime();
    ledger.append(organization, 0, Acme.registered(organization));
    other.appendNotifier.appended();
    awaitPublished(0);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Node.SETTINGS.poll());
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
