package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.Caller;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Activity.By;
import dev.keyledger.events.feed.Activity.Kind;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Role;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** History beside the ledger: sign-ins, sessions and refusals, each to its own organisation. */
@ExtendWith(SharedReplica.Resolver.class)
class ActivityReadsTest {
  private static final Instant T = TestLedger.START;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SharedReplica replica;
  private final TestLedger ledger;
  private final FakeTokenService tokens;
  private final QueryServiceUnderTest service;
  private final Stream acme = new Stream();
  private final Stream other = new Stream();
  private final PersonId ann = PersonId.of(UuidCreator.getTimeOrderedEpoch());
  private final MemberId annAtAcme = MemberId.of(UuidCreator.getTimeOrderedEpoch());
  private final MemberId annAtOther = MemberId.of(UuidCreator.getTimeOrderedEpoch());
  private final SessionId session = SessionId.of(UuidCreator.getTimeOrderedEpoch());
  private final KeyId key = TestLedger.newKey();

  ActivityReadsTest(SharedReplica replica) {
    this.replica = replica;
    ledger = replica.ledger;
    tokens = replica.tokens;
    service = replica.service;
  }

  @BeforeEach
  void annIsAMemberOfTwoOrganizations() {
    var email = tokens.seal(ann, "ann@example.com");
    ledger.publish(
        acme.registered(),
        acme.next(new MemberAdded(annAtAcme, ann, email, Role.OWNER, T)),
        acme.next(TestLedger.created(key, "k")));
    ledger.publish(
        other.registered(),
        other.next(new MemberAdded(annAtOther, ann, email, Role.OWNER, T.plusSeconds(9))));
    service.awaitApplied(acme);
    service.awaitApplied(other);
  }

  @Test
  void anOrganizationSeesWhatHappenedInItsOwnSessionsAndToItsOwnKeys() {
    happened(signIn(acme.id, T.plusSeconds(1)));
    happened(
        new Activity(
            newId(), Kind.KEY_DENIED, acme.id, null, null, "expired", T.plusSeconds(2), key, 7L));
    awaitStored(acme, 2);

    var items = activity(member(acme, ALL), acme, "");

    JsonNode denied = items.get(0);
    assertThat(denied.path("type").stringValue()).isEqualTo("key.denied");
    assertThat(denied.path("source").stringValue()).isEqualTo("activity");
    assertThat(denied.path("code").stringValue()).isEqualTo("expired");
    assertThat(denied.path("count").longValue()).isEqualTo(7);
    assertThat(denied.at("/actor/kind").stringValue()).isEqualTo("key");
    assertThat(denied.at("/subject/id").stringValue()).isEqualTo(key.value());
    JsonNode signIn = items.get(1);
    assertThat(signIn.path("type").stringValue()).isEqualTo("sign_in.succeeded");
    assertThat(signIn.path("position").isNull()).isTrue();
    assertThat(signIn.path("at").stringValue()).isEqualTo("2026-05-28T14:43:59.000Z");
    assertThat(signIn.at("/actor/member").stringValue()).isEqualTo(annAtAcme.value());
    assertThat(signIn.at("/actor/email").stringValue()).isEqualTo("ann@example.com");
    assertThat(signIn.at("/actor/session").stringValue()).isEqualTo(session.value());
    assertThat(types(activity(OPERATOR, acme, "&key=" + key))).containsExactly("key.denied");
    assertThat(types(activity(OPERATOR, acme, "&member=" + annAtAcme)))
        .containsExactly("sign_in.succeeded");
    assertThat(types(activity(OPERATOR, acme, "&type=sign_in.failed,key.denied")))
        .containsExactly("key.denied");
    assertThat(types(activity(OPERATOR, acme, "&to=" + T.plusSeconds(2))))
        .containsExactly("sign_in.succeeded");
  }

  @Test
  void fromWhichNetworkAKeyWasUsedIsToldUntilThePersonIsErasedWhomItActsFor() {
    happened(seen("ipv4_network", new Activity.Network("198.51.100.0/24", null), 1));
    happened(
        seen("ipv6_network", new Activity.Network(null, tokens.seal(ann, "2001:db8::/48")), 2));
    happened(seen("many_networks", null, 3));
    awaitStored(acme, 3);

    assertThat(activity(member(acme, ALL), acme, "").valueStream().map(this::network))
        .containsExactly("", "2001:db8::/48", "198.51.100.0/24");
    byte[] exported =
        service
            .send(
                OPERATOR,
                "/v1/organizations/" + acme.id + "/events?source=activity",
                "application/vnd.keyledger.ocsf+ndjson")
            .body();
    assertThat(new String(exported, StandardCharsets.UTF_8))
        .contains("\"network\":\"2001:db8::/48\"");

    tokens.erase(ann);

    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(activity(OPERATOR, acme, "").valueStream().map(this::network))
                .containsExactly("", "", "198.51.100.0/24"));
  }

  private Activity seen(String code, Activity.@Nullable Network network, int second) {
    return new Activity(
        newId(),
        Kind.KEY_FIRST_SEEN,
        acme.id,
        null,
        null,
        code,
        T.plusSeconds(second),
        key,
        null,
        network);
  }

  private String network(JsonNode item) {
    return item.path("network").asString("");
  }

  @Test
  void ofAPersonInTwoOrganizationsEachSeesTheSessionsThatAreItsOwn() {
    happened(signIn(acme.id, T.plusSeconds(1)));
    happened(
        new Activity(
            newId(), Kind.SIGN_IN_FAILED, null, ann, null, "invalid_credentials", T, null, null));
    happened(
        new Activity(
            newId(), Kind.RECORD_ACKNOWLEDGED, null, ann, session, "events.v1", T, null, null));
    happened(signIn(other.id, T.plusSeconds(2)));
    awaitStored(acme, 1);
    awaitStored(other, 1);

    var atAcme = activity(member(acme, ALL), acme, "");
    assertThat(types(atAcme)).containsExactly("sign_in.succeeded");
    assertThat(atAcme.toString()).doesNotContain(annAtOther.value()).doesNotContain(ann.value());
    var atOther = activity(member(other, ALL), other, "");
    assertThat(types(atOther)).containsExactly("sign_in.succeeded");
    assertThat(atOther.get(0).at("/actor/member").stringValue()).isEqualTo(annAtOther.value());
    assertThat(types(activity(OPERATOR, acme, ""))).containsExactly("sign_in.succeeded");
    assertThat(service.rows("select 1 from activity where organization is null")).isEmpty();
  }

  @Test
  void aDeniedCommandIsShownWithWhoAskedForWhatOfWhom() {
    happened(denied(By.MEMBER, ann, null, key, T.plusSeconds(1)));
    happened(denied(By.KEY, null, key, null, T.plusSeconds(2)));
    // An operator who is a member too did it as an operator.
    happened(denied(By.OPERATOR, ann, null, null, T.plusSeconds(3)));
    happened(denied(By.OUTSIDER, null, null, null, T.plusSeconds(4)));
    awaitStored(acme, 4);

    var items = activity(member(acme, ALL), acme, "");

    assertThat(types(items)).containsOnly("command.denied");
    JsonNode outsider = items.get(0);
    assertThat(outsider.at("/actor/kind").stringValue()).isEqualTo("outsider");
    assertThat(outsider.at("/actor/person").isNull()).isTrue();
    assertThat(outsider.at("/subject/id").stringValue()).isEqualTo(acme.id.value());
    JsonNode operator = items.get(1);
    assertThat(operator.at("/actor/kind").stringValue()).isEqualTo("operator");
    assertThat(operator.at("/actor/person").stringValue()).isEqualTo(ann.value());
    assertThat(operator.at("/actor/member").isNull()).isTrue();
    JsonNode byKey = items.get(2);
    assertThat(byKey.at("/actor/kind").stringValue()).isEqualTo("key");
    assertThat(byKey.at("/actor/key").stringValue()).isEqualTo(key.value());
    JsonNode byMember = items.get(3);
    assertThat(byMember.at("/actor/member").stringValue()).isEqualTo(annAtAcme.value());
    assertThat(byMember.at("/actor/person").isNull()).isTrue();
    assertThat(byMember.at("/subject/id").stringValue()).isEqualTo(key.value());
    assertThat(byMember.path("operation").stringValue()).isEqualTo("revokeKey");
    assertThat(byMember.path("permission").stringValue()).isEqualTo("keys.revoke");
    assertThat(byMember.path("count").longValue()).isEqualTo(3);

    var ofKey = activity(OPERATOR, acme, "&key=" + key);
    assertThat(ofKey).hasSize(2);
    assertThat(ofKey.get(0).path("relation").stringValue()).isEqualTo("actor");
    assertThat(ofKey.get(1).path("relation").stringValue()).isEqualTo("subject");
    assertThat(activity(OPERATOR, acme, "&actor=" + annAtAcme)).hasSize(1);
    assertThat(activity(OPERATOR, acme, "&member=" + annAtAcme)).hasSize(1);
    assertThat(activity(OPERATOR, acme, "&actor=operator")).hasSize(1);
    assertThat(activity(OPERATOR, acme, "&actor=system")).isEmpty();
    assertThat(activity(member(other, ALL), other, "")).isEmpty();
  }

  @Test
  void nobodyElseIsShownAny() {
    happened(signIn(acme.id, T.plusSeconds(1)));
    awaitStored(acme, 1);
    String path = "/v1/organizations/" + acme.id + "/events?source=activity";
    Set<String> withoutAudit = new HashSet<>(ALL);
    withoutAudit.remove(Permissions.AUDIT_READ);

    for (Caller stranger :
        List.of(member(other, ALL), member(acme, withoutAudit), member(other, withoutAudit))) {
      var answer = service.get(stranger, path);
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body().toString()).doesNotContain(session.value());
    }
    String foreign = "&key=" + key + "&member=" + annAtAcme;
    assertThat(activity(member(other, ALL), other, foreign)).isEmpty();
    assertThat(activity(member(other, ALL), other, "&member=" + annAtAcme)).isEmpty();
    assertThat(activity(member(other, ALL), other, "&key=" + key)).isEmpty();
  }

  @Test
  void whoDoesNotAskForItGetsTheLedgerAsBefore() {
    happened(signIn(acme.id, T.plusSeconds(1)));
    awaitStored(acme, 1);
    String path = "/v1/organizations/" + acme.id + "/events";

    var items = service.get(member(acme, ALL), path).items();

    assertThat(types(items))
        .containsExactly("key.created", "member.added", "organization.registered");
    assertThat(items.get(0).propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "position",
            "type",
            "at",
            "actor",
            "origin",
            "cause",
            "subject",
            "before",
            "after");
    var refused = service.get(OPERATOR, path + "?type=sign_in.succeeded");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(service.get(OPERATOR, path + "?source=events").status()).isEqualTo(422);
    assertThat(service.get(OPERATOR, path + "?source=activity&type=key.created").status())
        .isEqualTo(422);
  }

  @Test
  void bothInOneListLoseAndRepeatNothingOnAnyPage() {
    for (int i = 1; i <= 12; i++) {
      happened(signIn(acme.id, T.plusSeconds(i)));
      ledger.publish(
          acme.next(
              new MemberAdded(
                  MemberId.of(UuidCreator.getTimeOrderedEpoch()),
                  PersonId.of(UuidCreator.getTimeOrderedEpoch()),
                  tokens.seal(ann, "b@example.com"),
                  Role.EMPLOYEE,
                  T.plusSeconds(i))));
    }
    service.awaitApplied(acme);
    awaitStored(acme, 12);

    var seen = new ArrayList<String>();
    var times = new ArrayList<String>();
    String cursor = "";
    do {
      var page =
          service.get(
              OPERATOR,
              "/v1/organizations/" + acme.id + "/events?source=activity,ledger&limit=5" + cursor);
      page.items()
          .forEach(item -> {
            seen.add(item.path("id").stringValue());
            times.add(item.path("at").stringValue());
          });
      happened(signIn(acme.id, T.plusSeconds(60)));
      JsonNode next = page.body().path("next_cursor");
      cursor = next.isNull() ? "" : "&cursor=" + next.stringValue();
    } while (!cursor.isEmpty());

    assertThat(seen).hasSize(12 + 12 + 3).doesNotHaveDuplicates();
    assertThat(times).isSortedAccordingTo((a, b) -> b.compareTo(a));
  }

  @Test
  void whatNobodySealedIsNoneOfThePlatforms() {
    var forged = signIn(acme.id, T.plusSeconds(1));
    var settings = KafkaSettings.of(Servers.forTests().bootstrapServers()).producer();
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      producer.send(
          new ProducerRecord<>(
              Topics.ACTIVITY,
              Topics.partitionOf(acme.id),
              acme.id.value(),
              EventCodec.encode(forged)));
    }
    var sealed = signIn(acme.id, T.plusSeconds(2));
    happened(sealed);
    awaitStored(acme, 1);

    assertThat(SharedReplica.ids(activity(OPERATOR, acme, "")))
        .containsExactly(sealed.id().value());
  }

  @Test
  void whatIsToldTwiceIsShownOnce() {
    var once = signIn(acme.id, T.plusSeconds(1));
    happened(once);
    happened(once);
    happened(signIn(acme.id, T.plusSeconds(2)));

    awaitStored(acme, 2);
  }

  @Test
  void whatIsOlderThanIsKeptIsShownToNobodyAndItsMonthGoes() {
    happened(signIn(acme.id, T.minus(Duration.ofDays(401))));
    happened(signIn(acme.id, T.minus(Duration.ofDays(399))));
    happened(signIn(acme.id, T));
    awaitStored(acme, 2);
    assertThat(activity(OPERATOR, acme, "")).hasSize(2);

    replica.clock.advance(Duration.ofDays(2));
    assertThat(activity(OPERATOR, acme, "")).hasSize(1);

    replica.clock.advance(Duration.ofDays(31));
    awaitStored(acme, 1);
  }

  @Test
  void aRebuildLeavesItAsItIs() {
    happened(signIn(acme.id, T.plusSeconds(1)));
    awaitStored(acme, 1);
    int before = service.liveGeneration();
    assertThat(service.call(OPERATOR, "POST", "/v1/platform/rebuilds").status()).isEqualTo(202);
    await().atMost(PATIENCE).until(() -> service.liveGeneration() != before);

    assertThat(activity(OPERATOR, acme, "").get(0).at("/actor/member").stringValue())
        .isEqualTo(annAtAcme.value());
  }

  private Activity signIn(OrganizationId organization, Instant at) {
    return new Activity(
        newId(), Kind.SIGN_IN_SUCCEEDED, organization, ann, session, null, at, null, null);
  }

  private Activity denied(
      By by,
      @Nullable PersonId person,
      @Nullable KeyId asking,
      @Nullable KeyId target,
      Instant at) {
    return new Activity(
        newId(),
        Kind.COMMAND_DENIED,
        acme.id,
        person,
        null,
        "forbidden",
        at,
        asking,
        3L,
        by,
        target,
        null,
        "revokeKey",
        "keys.revoke");
  }

  private static EventId newId() {
    return EventId.of(UuidCreator.getTimeOrderedEpoch());
  }

  private void happened(Activity activity) {
    ledger.publish(activity);
  }

  private void awaitStored(Stream stream, int count) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(
                    service.rows(
                        "select 1 from activity where organization = '" + stream.id.uuid() + "'"))
                .hasSize(count));
  }

  private JsonNode activity(Caller caller, Stream stream, String more) {
    return service
        .get(caller, "/v1/organizations/" + stream.id + "/events?source=activity" + more)
        .items();
  }

  private static List<@Nullable String> types(JsonNode items) {
    var types = new ArrayList<@Nullable String>();
    items.forEach(item -> types.add(item.path("type").stringValue()));
    return types;
  }
}
