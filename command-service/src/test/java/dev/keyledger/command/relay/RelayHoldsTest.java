package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.TestServerKeys;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

/** One organisation that cannot be published is held, and no other waits for it. */
class RelayHoldsTest extends RelayNodesTest {
  private final KeyId key = Acme.key();

  @Test
  void atAnEventOfALaterReleaseUntilItCanBeReadAndSkipsNothing() throws Exception {
    Node node = relay(Steps.UNHINDERED);
    awaitLeading(node);
    ledger.append(organization, 0, Acme.registered(organization));
    ledger.append(organization, 1, Acme.created(key));
    ledger
        .append()
        .add(organization, 2, "key.from_the_future", EventCodec.encodePayload(Acme.revoked(key)))
        .commit();
    ledger.append(organization, 3, Acme.created(Acme.key()));
    othersGoOn(node);

    assertThat(topics.positions(organization)).containsExactly(0L, 1L);
    RelayToken token = kafka().token();
    assertThat(token.held().get(organization.value()).position()).isEqualTo(2);
    assertThat(token.held().get(organization.value()).reason()).contains("cannot be read");
    try (PublishedTokens tokens = followedTokens()) {
      await().atMost(SOON).until(() -> !tokens.newest().held().isEmpty());
      var health = new RelayHealth(node.relay, tokens).health();
      assertThat(health.getStatus()).isEqualTo(new Status("DEGRADED"));
      assertThat((int) health.getDetails().get("held_organizations")).isPositive();
    }

    nowItCanBeRead(Acme.revoked(key));
    node.relay.retryHeld();

    awaitPositions(organization, 0L, 1L, 2L, 3L);
    ledger.append(organization, 4, Acme.created(Acme.key()));
    node.appended.give();
    awaitPositions(organization, 0L, 1L, 2L, 3L, 4L);
    assertThat(topics.revocations(organization))
        .extracting(Revocation::id)
        .containsExactly(key.value());
    assertThat(kafka().token().held()).doesNotContainKey(organization.value());
  }

  @Test
  void aSuccessorKnowsWhatIsHeldAndTriesItAnew() {
    Node first = relay(Steps.UNHINDERED);
    awaitLeading(first);
    ledger.append(organization, 0, Acme.registered(organization));
    ledger
        .append()
        .add(organization, 1, "key.from_the_future", EventCodec.encodePayload(Acme.created(key)))
        .commit();
    ledger.append(organization, 2, Acme.created(Acme.key()));
    othersGoOn(first);
    first.close();
    nowItCanBeRead(Acme.created(key));

    relay(Steps.UNHINDERED);

    awaitPositions(organization, 0L, 1L, 2L);
  }

  @Test
  void atARecordThatIsLargerThanKafkaTakes() {
    Node node = relay(Steps.UNHINDERED);
    awaitLeading(node);
    ledger.append(organization, 0, Acme.registered(organization));
    ledger.append(organization, 1, Acme.created(key));
    ledger.append(organization, 2, Acme.renamed(key, "ci", "x".repeat(5_000_000)));
    ledger.append(organization, 3, Acme.revoked(key));
    othersGoOn(node);

    assertThat(topics.positions(organization)).containsExactly(0L, 1L);
    assertThat(kafka().token().held().get(organization.value()).reason())
        .contains("larger than Kafka takes");
    assertThat(kafka().token().held().get(organization.value()).position()).isEqualTo(2);
  }

  /** Somebody put the verifier of a secret that they know into the ledger's table. */
  @Test
  void atASecretWhoseVerifierIsNotTheOneThatItCommitsTo() {
    Node node = relay(Steps.UNHINDERED);
    awaitLeading(node);
    ledger.append(organization, 0, Acme.registered(organization));
    String commitment =
        IssuedSecret.committed("kl_live_aB3dE5g", Acme.VERIFIER, Acme.AT).commitment();
    ledger.append(
        organization,
        1,
        new KeyEvent.KeyRotated(
            key,
            new IssuedSecret("kl_live_aB3dE5g", "another", Acme.AT, commitment),
            null,
            Acme.AT));
    othersGoOn(node);

    assertThat(topics.positions(organization)).containsExactly(0L);
    assertThat(kafka().token().held().get(organization.value()).reason())
        .contains("another verifier");
  }

  @Test
  void whereTheLedgerLacksAPosition() {
    Node node = relay(Steps.UNHINDERED);
    awaitLeading(node);
    ledger.append(organization, 0, Acme.registered(organization));
    ledger.append(organization, 2, Acme.created(key));
    othersGoOn(node);

    assertThat(topics.positions(organization)).containsExactly(0L);
    assertThat(kafka().token().held().get(organization.value()).reason())
        .contains("lacks position 1");
  }

  /** As it was with a relay that had taken an open transaction for a dead one. */
  @Test
  void whatATokenSkippedIsPublishedBeforeTheNextAlsoByARelayThatKnowsNothingOfIt() {
    Node first = relay(Steps.UNHINDERED);
    awaitLeading(first);
    ledger.append(organization, 0, Acme.registered(organization));
    ledger.append(organization, 1, Acme.created(key));
    try (LedgerFixture.Append late = ledger.append().add(organization, 2, Acme.revoked(key))) {
      othersGoOn(first);
      first.close();
      forgetGaps();
      Node second = relay(Steps.UNHINDERED);
      awaitLeading(second);
      othersGoOn(second);
      second.close();
      late.commit();
    }
    Node third = relay(Steps.UNHINDERED);
    awaitLeading(third);
    othersGoOn(third);
    assertThat(topics.positions(organization)).containsExactly(0L, 1L);
    assertThat(PublishedPositions.read(ledger.pooled(), organization.value())).hasValue(1);

    ledger.append(organization, 3, Acme.created(Acme.key()));
    third.appended.give();

    awaitPositions(organization, 0L, 1L, 2L, 3L);
    assertThat(topics.revocations(organization)).hasSize(1);
  }

  private void othersGoOn(Node node) {
    OrganizationId other = Acme.organization();
    ledger.append(other, 0, Acme.registered(other));
    node.appended.give();
    awaitPositions(other, 0L);
    ledger.append(other, 1, Acme.created(Acme.key()));
    node.appended.give();
    awaitPositions(other, 0L, 1L);
    assertThat(node.leads()).isTrue();
  }

  /** What a later release knows by its name stands here under one that this release knows. */
  private static void nowItCanBeRead(KeyEvent event) {
    ledger.asOwner(
        "ALTER TABLE event DISABLE TRIGGER append_only;"
            + "UPDATE event SET type = '"
            + EventTypes.nameOf(event)
            + "' WHERE type = 'key.from_the_future';"
            + "ALTER TABLE event ENABLE TRIGGER append_only");
  }

  private static void forgetGaps() {
    RelayToken before = kafka().token();
    assertThat(before.gaps()).isNotEmpty();
    try (var producer =
        TestServerKeys.SEALS.producer(KafkaSettings.of(broker.bootstrapServers()).producer())) {
      producer.send(RelayRecords.of(before.without(before.gaps())));
      producer.flush();
    }
  }

  private static PublishedTokens followedTokens() {
    var tokens = new PublishedTokens(kafka(), Duration.ofSeconds(2), System::nanoTime);
    tokens.start();
    return tokens;
  }
}
