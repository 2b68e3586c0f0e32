package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static dev.keyledger.query.SharedReplica.ids;
import static dev.keyledger.query.SharedReplica.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.client.Caller;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Usage;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.AgeBound;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Keys and the last use of their secrets. */
@ExtendWith(SharedReplica.Resolver.class)
class KeyReadsTest {
  private static final Instant T = TestLedger.START;
  private final TestLedger ledger;
  private final MovableClock clock;
  private final QueryServiceUnderTest service;

  KeyReadsTest(SharedReplica replica) {
    ledger = replica.ledger;
    clock = replica.clock;
    service = replica.service;
  }

  @Test
  void aKeyIsShownByTheClockWhetherOrNotItsEndHasAnEvent() {
    var stream = new Stream();
    KeyId expiring = TestLedger.newKey();
    KeyId rotating = TestLedger.newKey();
    KeyId revoked = TestLedger.newKey();
    ledger.publish(
        stream.registered(),
        stream.next(
            new KeyCreated(
                expiring,
                "expiring",
                "test",
                List.of(),
                null,
                TestLedger.secret("kl_test_1"),
                T.plusSeconds(60),
                T)),
        stream.next(TestLedger.created(rotating, "rotating")),
        stream.next(
            new KeyRotated(rotating, TestLedger.secret("kl_live_new"), T.plusSeconds(60), T)),
        stream.next(TestLedger.created(revoked, "revoked")),
        stream.next(new KeyRevoked(revoked, KeyRevoked.Cause.REQUESTED, "leaked", T)));
    service.awaitApplied(stream);
    Caller caller = member(stream, ALL);
    var keys = "/v1/organizations/" + stream.id + "/keys";

    assertThat(json(service.get(caller, keys + "/" + rotating).body()))
        .isEqualTo(
            "{'id':'%s','name':'rotating','prefix':'kl_live_new','environment':'live','scopes':['clients.read'],'status':'rotating','created_by':null,'created_at':'2026-05-28T14:43:58.000Z','expires_at':null,'last_used_at':null,'secrets':[{'prefix':'kl_live_new','created_at':'2026-05-28T14:43:58.000Z','valid_until':null,'last_used_at':null},{'prefix':'kl_live_aaaaaaa','created_at':'2026-05-28T14:43:58.000Z','valid_until':'2026-05-28T14:44:58.000Z','last_used_at':null}]}"
                .formatted(rotating));
    assertThat(ids(service.get(caller, keys + "?status=active").items()))
        .containsExactly(expiring.value());
    assertThat(ids(service.get(caller, keys + "?environment=live&status=rotating,revoked").items()))
        .containsExactly(revoked.value(), rotating.value());

    clock.advance(Duration.ofSeconds(60));

    assertThat(status(caller, keys, expiring)).isEqualTo("expired");
    assertThat(status(caller, keys, rotating)).isEqualTo("active");
    assertThat(status(caller, keys, revoked)).isEqualTo("revoked");
    assertThat(service.get(caller, keys + "/" + rotating).body().path("secrets")).hasSize(1);
    assertThat(ids(service.get(caller, keys + "?status=expired").items()))
        .containsExactly(expiring.value());
  }

  @Test
  void aKeyWhoseSecretIsTooOldHasExpiredNowAndInThePastWhetherOrNotAnEventSaysSo() {
    var stream = new Stream();
    KeyId key = TestLedger.newKey();
    KeyId rotated = TestLedger.newKey();
    Instant end = clock.instant().plusSeconds(60);
    Instant set = end.minus(AgeBound.NOTICE);
    Instant made = set.minus(Duration.ofDays(7));
    Policy before = TestLedger.policy();
    Policy longer = TestLedger.aged(before, Duration.ofDays(90), set);
    Policy after = TestLedger.aged(longer, Duration.ofDays(1), set.plusMillis(1));
    ledger.publish(
        stream.registered(),
        stream.next(created(key, made)),
        stream.next(created(rotated, made)),
        stream.next(
            new KeyRotated(
                rotated, new IssuedSecret("kl_live_new", null, clock.instant()), null, made)),
        stream.next(new PolicyChanged(before, longer, true, set)),
        stream.next(new PolicyChanged(longer, after, true, set.plusMillis(1))));
    service.awaitApplied(stream);
    Caller caller = member(stream, ALL);
    var keys = "/v1/organizations/" + stream.id + "/keys";
    var end2 = end.plusMillis(1);

    assertThat(status(caller, keys, key)).isEqualTo("active");
    assertThat(status(caller, keys, rotated)).isEqualTo("rotating");
    assertThat(service.get(caller, keys + "/" + key).body().path("rotate_by").stringValue())
        .isEqualTo(end2.toString());
    assertThat(ids(service.get(caller, keys + "?status=active").items()))
        .containsExactly(key.value());

    clock.advance(Duration.between(clock.instant(), end2));

    assertThat(status(caller, keys, key)).isEqualTo("expired");
    var shown = service.get(caller, keys + "/" + key).body();
    assertThat(shown.has("rotate_by")).isFalse();
    assertThat(shown.at("/secrets/0/valid_until").stringValue()).isEqualTo(end2.toString());
    assertThat(status(caller, keys, rotated)).isEqualTo("active");
    assertThat(ids(service.get(caller, keys + "?status=expired").items()))
        .containsExactly(key.value());
    assertThat(ids(service.get(caller, keys + "?status=expired&as_of=" + end2).items()))
        .containsExactly(key.value());
    assertThat(
            ids(service.get(caller, keys + "?status=expired&as_of=" + end2.minusMillis(1)).items()))
        .isEmpty();
    assertThat(service.get(caller, keys + "/" + rotated + "?as_of=" + end2).body().path("status"))
        .hasToString("\"active\"");
  }

  private static KeyCreated created(KeyId key, Instant at) {
    return new KeyCreated(
        key, "k", "live", List.of(), null, new IssuedSecret("kl_live_old", null, at), null, at);
  }

  @Test
  void aSuspendedKeyIsShownUntilWhenAndWorksAgainThenWithoutAnEvent() {
    var stream = new Stream();
    KeyId bounded = TestLedger.newKey();
    KeyId open = TestLedger.newKey();
    ledger.publish(
        stream.registered(),
        stream.next(TestLedger.created(bounded, "bounded")),
        stream.next(new KeyRotated(bounded, TestLedger.secret("kl_live_new"), null, T)),
        stream.next(new KeySuspended(bounded, clock.instant().plusSeconds(60), "why", T)),
        stream.next(TestLedger.created(open, "open")),
        stream.next(new KeySuspended(open, null, "why", T)));
    service.awaitApplied(stream);
    Caller caller = member(stream, ALL);
    var keys = "/v1/organizations/" + stream.id + "/keys";

    assertThat(ids(service.get(caller, keys + "?status=suspended").items()))
        .containsExactly(open.value(), bounded.value());
    assertThat(ids(service.get(caller, keys + "?status=suspended&as_of=" + T).items()))
        .containsExactly(open.value(), bounded.value());
    var shown = service.get(caller, keys + "/" + bounded).body();
    assertThat(shown.path("suspended_until").stringValue())
        .isEqualTo(clock.instant().plusSeconds(60).toString().replace("Z", ".000Z"));
    assertThat(shown.path("secrets")).hasSize(2);
    assertThat(service.get(caller, keys + "/" + open).body().has("suspended_until")).isFalse();

    clock.advance(Duration.ofSeconds(60));

    assertThat(status(caller, keys, bounded)).isEqualTo("rotating");
    assertThat(status(caller, keys, open)).isEqualTo("suspended");
    assertThat(service.get(caller, keys + "/" + bounded).body().has("suspended_until")).isFalse();
    ledger.publish(
        stream.next(new KeyResumed(open, T, T)),
        stream.next(new KeyRevoked(bounded, KeyRevoked.Cause.REQUESTED, null, T)));
    service.awaitApplied(stream);
    assertThat(status(caller, keys, open)).isEqualTo("active");
    assertThat(status(caller, keys, bounded)).isEqualTo("revoked");
  }

  private String status(Caller caller, String keys, KeyId key) {
    return service.get(caller, keys + "/" + key).body().path("status").stringValue();
  }

  @Test
  void keysOfAConnectedAccountAreForThePlatformToSee() {
    var stream = new Stream();
    var key = TestLedger.newKey();
    ledger.publish(
        stream.registered(OrganizationKind.CONNECTED_ACCOUNT),
        stream.next(TestLedger.created(key, "k")));
    service.awaitApplied(stream);
    var keys = "/v1/organizations/" + stream.id + "/keys";

    for (String path : List.of(keys, keys + "/" + key, keys + "/" + TestLedger.newKey())) {
      var refused = service.get(member(stream, ALL), path);
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.body().path("code").stringValue()).isEqualTo("connected_account");
    }
    assertThat(service.get(OPERATOR, keys).items()).hasSize(1);
    assertThat(service.get(OPERATOR, keys + "/" + key).status()).isEqualTo(200);
  }

  @Test
  void lastUseIsShownByKeyAndBySecretAndCountedOnce() {
    var stream = new Stream();
    KeyId key = TestLedger.newKey();
    ledger.publish(
        stream.registered(),
        stream.next(TestLedger.created(key, "used")),
        stream.next(new KeyRotated(key, TestLedger.secret("kl_live_bbbbbbb"), null, T)));
    service.awaitApplied(stream);
    try (var producer =
        TestServerKeys.SEALS.producer(
            KafkaSettings.of(Servers.forTests().bootstrapServers()).producer())) {
      for (var use :
          List.of(
              new Usage(stream.id, key, "kl_live_aaaaaaa", 3, T.plusSeconds(9), "one"),
              new Usage(stream.id, key, "kl_live_aaaaaaa", 4, T.plusSeconds(5), "two"),
              new Usage(stream.id, key, "kl_live_bbbbbbb", 1, T.plusSeconds(7), "two"))) {
        producer.send(new ProducerRecord<>(Topics.USAGE, 0, key.value(), EventCodec.encode(use)));
      }
      producer.send(new ProducerRecord<>(Topics.USAGE, 0, key.value(), new byte[] {'{'}));
    }

    var path = "/v1/organizations/" + stream.id + "/keys/" + key;
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          var shown = service.get(OPERATOR, path).body();
          assertThat(shown.path("last_used_at").asString("")).isEqualTo("2026-05-28T14:44:07.000Z");
          assertThat(shown.at("/secrets/0/last_used_at").asString(""))
              .isEqualTo("2026-05-28T14:44:05.000Z");
          assertThat(shown.at("/secrets/1/last_used_at").asString(""))
              .isEqualTo("2026-05-28T14:44:07.000Z");
        });
    assertThat(
            service.rows(
                "select uses from secret_usage where key = '"
                    + key.uuid()
                    + "' order by secret_prefix"))
        .containsExactly(List.of("7"), List.of("1"));
  }
}
