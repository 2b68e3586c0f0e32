package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static dev.keyledger.query.SharedReplica.ids;
import static dev.keyledger.query.SharedReplica.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.Caller;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.query.QueryServiceUnderTest.Answer;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What was, by the events that had happened; and what a key was good for then. */
@ExtendWith(SharedReplica.Resolver.class)
class AsOfReadsTest {
  private static final Instant T = TestLedger.START;

  private final TestLedger ledger;
  private final MovableClock clock;
  private final QueryServiceUnderTest service;
  private final Stream stream = new Stream();
  private final List<LedgerEvent> events = new ArrayList<>();
  private final MemberId owner = MemberId.of(UuidCreator.getTimeOrderedEpoch());
  private final KeyId key = TestLedger.newKey();

  AsOfReadsTest(SharedReplica replica) {
    ledger = replica.ledger;
    clock = replica.clock;
    service = replica.service;
  }

  private static Instant at(int second) {
    return T.plusSeconds(second);
  }

  private static IssuedSecret secret(String prefix, int second) {
    return new IssuedSecret(prefix, null, at(second));
  }

  /** One event a second. */
  private void publishALife() {
    var person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    Policy tightened = SharedReplica.tightened();
    events.add(stream.registered());
    events.add(
        stream.next(
            new MemberAdded(owner, person, new SealedText(person, "x"), Role.OWNER, at(1))));
    events.add(
        stream.next(
            new KeyCreated(
                key,
                "first name",
                "live",
                List.of(),
                owner,
                secret("kl_live_1111111", 2),
                at(100),
                at(2))));
    events.add(stream.next(new KeyRotated(key, secret("kl_live_2222222", 3), at(10), at(3))));
    events.add(stream.next(new KeyRenamed(key, "first name", "second name", at(4))));
    events.add(stream.next(new IpAllowlistChanged(List.of(), List.of("192.0.2.0/24"), at(5))));
    events.add(stream.next(new PolicyChanged(TestLedger.policy(), tightened, false, at(6))));
    events.add(stream.next(new OrganizationVerified(at(7))));
    events.add(stream.next(new OrganizationSuspended("unpaid", at(8))));
    events.add(stream.next(new MemberRoleChanged(owner, Role.OWNER, Role.ADMIN, at(9))));
    events.add(stream.next(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, "leaked", at(20))));
    events.add(stream.next(new MemberRemoved(owner, Role.ADMIN, at(21))));
    ledger.publish(events);
    service.awaitApplied(stream);
    clock.advance(Duration.ofMinutes(10));
  }

  private String path(String rest) {
    return "/v1/organizations/" + stream.id + rest;
  }

  private Answer get(String rest) {
    return service.get(OPERATOR, path(rest));
  }

  private JsonNode body(String rest) {
    Answer answer = get(rest);
    assertThat(answer.status()).as(rest + answer.body()).isEqualTo(200);
    return answer.body();
  }

  private String text(String rest, String field) {
    return body(rest).at(field).asString("");
  }

  @Test
  void aKeyIsShownAsItWasAtATimeAndAtAPosition() {
    publishALife();
    String keyPath = "/keys/" + key;

    for (String asOf : List.of("2", "2026-05-28T14:44:00.000Z", "2026-05-28T16:44:00.5%2B02:00")) {
      assertThat(json(body(keyPath + "?as_of=" + asOf)))
          .as(asOf)
          .isEqualTo(
              "{'id':'%s','name':'first name','prefix':'kl_live_1111111','environment':'live','scopes':[],'status':'active','created_by':'%s','created_at':'2026-05-28T14:44:00.000Z','expires_at':'2026-05-28T14:45:38.000Z','last_used_at':null,'secrets':[{'prefix':'kl_live_1111111','created_at':'2026-05-28T14:44:00.000Z','valid_until':null,'last_used_at':null}]}"
                  .formatted(key, owner));
    }
    assertThat(text(keyPath + "?as_of=3", "/status")).isEqualTo("rotating");
    assertThat(text(keyPath + "?as_of=" + at(9), "/status")).isEqualTo("rotating");
    assertThat(text(keyPath + "?as_of=" + at(10), "/status")).isEqualTo("active");
    assertThat(text(keyPath + "?as_of=4", "/name")).isEqualTo("second name");
    assertThat(text(keyPath + "?as_of=10", "/status")).isEqualTo("revoked");
    assertThat(get(keyPath + "?as_of=1").code()).isEqualTo("key_not_found");
    assertThat(get(keyPath + "?as_of=" + at(1)).code()).isEqualTo("key_not_found");
    assertThat(get("/keys/" + TestLedger.newKey() + "?as_of=4").code()).isEqualTo("key_not_found");
  }

  @Test
  void theAnswerSaysWhichStateItIs() {
    publishALife();

    Answer byTime = get("?as_of=2026-05-28T14:44:03.250Z");
    assertThat(byTime.header("Keyledger-Position")).isEqualTo("5");
    assertThat(byTime.header("Keyledger-As-Of")).isEqualTo("2026-05-28T14:44:03.250Z");
    Answer byPosition = get("?as_of=5");
    assertThat(byPosition.header("Keyledger-Position")).isEqualTo("5");
    assertThat(byPosition.header("Keyledger-As-Of")).isEqualTo("2026-05-28T14:44:03.000Z");
    assertThat(get("").headers()).doesNotContainKey("keyledger-as-of");
  }

  @Test
  void anOrganisationAndItsPolicyAreShownAsTheyWere() {
    publishALife();

    JsonNode then = body("?as_of=4");
    assertThat(then.path("status").asString()).isEqualTo("onboarding");
    assertThat(then.path("ip_allowlist")).isEmpty();
    assertThat(then.path("position").asLong()).isEqualTo(4);
    JsonNode later = body("?as_of=8");
    assertThat(later.path("status").asString()).isEqualTo("verified");
    assertThat(later.path("suspension_reason").asString()).isEqualTo("unpaid");
    assertThat(json(later.path("ip_allowlist"))).isEqualTo("['192.0.2.0/24']");

    JsonNode before = body("/policy?as_of=5");
    assertThat(before.path("policy").path("environments")).hasSize(2);
    assertThat(before.path("position").asLong()).isEqualTo(0);
    JsonNode after = body("/policy?as_of=6");
    assertThat(after.path("policy").path("environments")).hasSize(1);
    assertThat(after.path("ceiling").path("environments")).hasSize(2);
    assertThat(after.path("changed_at").asString()).isEqualTo("2026-05-28T14:44:04.000Z");
    assertThat(json(body("/policy?as_of=" + stream.position()))).isEqualTo(json(body("/policy")));
    assertThat(json(body("?as_of=" + stream.position()))).isEqualTo(json(body("")));
  }

  @Test
  void membersAreShownWithTheRoleThatTheyHad() {
    publishALife();

    JsonNode then = body("/members?as_of=4").path("items").path(0);
    assertThat(then.path("id").asString()).isEqualTo(owner.value());
    assertThat(then.path("role").asString()).isEqualTo("owner");
    assertThat(then.path("status").asString()).isEqualTo("active");
    assertThat(then.path("invited").isNull()).isTrue();
    assertThat(text("/members?as_of=9", "/items/0/role")).isEqualTo("admin");
    assertThat(body("/members?as_of=11").path("items")).isEmpty();
    assertThat(text("/members?as_of=11&status=removed", "/items/0/removed_at"))
        .isEqualTo("2026-05-28T14:44:19.000Z");
    assertThat(body("/members?as_of=0").path("items")).isEmpty();
  }

  @Test
  void aListOfKeysHasThoseThatWereThereInPagesNewestFirst() {
    events.add(stream.registered());
    var keys = new ArrayList<String>();
    for (int i = 0; i < 7; i++) {
      KeyId one = TestLedger.newKey();
      keys.addFirst(one.value());
      events.add(stream.next(TestLedger.created(one, "key " + i)));
      if (i % 2 == 0) {
        events.add(stream.next(new KeyRevoked(one, KeyRevoked.Cause.REQUESTED, null, T)));
      }
    }
    ledger.publish(events);
    service.awaitApplied(stream);

    // Positions: registered 0, then a key and its end, a key, a key and its end, …: the fifth is at
    // 7.
    Answer first = get("/keys?as_of=7&limit=2");
    assertThat(ids(first.items())).isEqualTo(keys.subList(2, 4));
    String cursor = first.body().path("next_cursor").asString();
    Answer second = get("/keys?as_of=7&limit=2&cursor=" + cursor);
    assertThat(ids(second.items())).isEqualTo(keys.subList(4, 6));
    Answer last =
        get("/keys?as_of=7&limit=2&cursor=" + second.body().path("next_cursor").asString());
    assertThat(ids(last.items())).isEqualTo(keys.subList(6, 7));
    assertThat(last.body().path("next_cursor").isNull()).isTrue();
    assertThat(ids(get("/keys?as_of=7&status=revoked").items()))
        .containsExactly(keys.get(4), keys.get(6));
    assertThat(get("/keys?as_of=7&environment=test").items()).isEmpty();
    assertThat(ids(get("/keys?as_of=" + stream.position()).items()))
        .isEqualTo(ids(get("/keys").items()));
  }

  @Test
  void aClockThatWentBackShowsNoLaterFactWithoutAnEarlierOne() {
    events.add(stream.registered());
    KeyId early = TestLedger.newKey();
    events.add(
        stream.next(
            new KeyCreated(
                early, "k", "live", List.of(), null, secret("kl_live_1111111", 9), null, at(9))));
    events.add(stream.next(new KeyRenamed(early, "k", "renamed", at(5))));
    events.add(stream.next(new KeyRenamed(early, "renamed", "again", at(12))));
    ledger.publish(events);
    service.awaitApplied(stream);
    clock.advance(Duration.ofMinutes(10));

    // By its own time the renaming had happened, but not what it followed on.
    assertThat(get("?as_of=" + at(5)).header("Keyledger-Position")).isEqualTo("0");
    assertThat(get("?as_of=" + at(8)).header("Keyledger-Position")).isEqualTo("0");
    assertThat(get("?as_of=" + at(9)).header("Keyledger-Position")).isEqualTo("2");
    assertThat(get("?as_of=" + at(12)).header("Keyledger-Position")).isEqualTo("3");
  }

  @Test
  void whatCannotBeMeantIsRefusedAndWhatIsNotThereYetIsWaitedFor() {
    publishALife();
    for (String asOf :
        List.of(
            "2026-05-28",
            "yesterday",
            "-1",
            "1.5",
            "2026-05-28T14:44:00",
            clock.instant().plusMillis(1).toString())) {
      Answer refused = get("/keys?as_of=" + asOf);
      assertThat(refused.status()).as(asOf).isEqualTo(422);
      assertThat(refused.body().path("field").asString()).isEqualTo("as_of");
    }
    assertThat(get("?as_of=2026-05-28T14:43:57.999Z").code()).isEqualTo("organization_not_found");
    assertThat(get("/keys?as_of=" + (stream.position() + 1)).code()).isEqualTo("not_yet");
    assertThat(get("?as_of=3&at_least=" + stream.position()).header("Keyledger-Position"))
        .isEqualTo("3");
  }

  @Test
  void thePastIsForWhoMaySeeThePresent() {
    publishALife();
    Caller stranger = member(new Stream(), ALL);
    Caller reader = member(stream, Set.of("organization.read"));
    for (String rest :
        List.of("?as_of=4", "/keys?as_of=4", "/members?as_of=4", "/policy?as_of=4", validity(""))) {
      assertThat(service.get(stranger, path(rest)).status()).as(rest).isIn(403, 404);
    }
    assertThat(service.get(reader, path("?as_of=4")).status()).isEqualTo(200);
    for (String rest : List.of("/keys?as_of=4", "/members?as_of=4", validity("?at=4"))) {
      assertThat(service.get(reader, path(rest)).code()).as(rest).isEqualTo("forbidden");
    }
  }

  private String validity(String query) {
    return "/keys/" + key + "/validity" + query;
  }

  @Test
  void anAuditorLearnsWhatAKeyWasGoodForAndWhatDecidedIt() {
    publishALife();

    JsonNode then =
        body(validity("?at=" + at(8) + "&environment=live&scopes=api_keys.create&ip=192.0.2.7"));
    assertThat(then.path("position").asLong()).isEqualTo(8);
    assertThat(then.path("secrets")).hasSize(2);
    JsonNode newest = then.path("secrets").path(0);
    assertThat(newest.path("prefix").asString()).isEqualTo("kl_live_2222222");
    assertThat(newest.path("code").asString()).isEqualTo("organization_suspended");
    assertThat(json(newest.path("checks").path(2)))
        .isEqualTo(
            "{'name':'suspension','outcome':'failed','decided_by':{'id':'%s','position':8,'type':'organization.suspended','at':'2026-05-28T14:44:06.000Z'}}"
                .formatted(events.get(8).id()));
    assertThat(json(newest.path("checks").path(3)))
        .isEqualTo("{'name':'environment','outcome':'not_reached','decided_by':null}");

    JsonNode good = body(validity("?at=7&environment=live&scopes=api_keys.create&ip=192.0.2.7"));
    for (JsonNode secret : good.path("secrets")) {
      assertThat(secret.path("valid").asBoolean()).isTrue();
      assertThat(json(secret.path("scopes"))).isEqualTo("['api_keys.create']");
      assertThat(secret.path("checks"))
          .allMatch(c -> c.path("outcome").asString().equals("passed"));
    }
    assertThat(json(good.path("holders").path(0).path("because"))).isEqualTo("['created']");
    assertThat(text(validity("?at=7&ip=203.0.113.1"), "/secrets/0/code"))
        .isEqualTo("ip_not_allowed");
    assertThat(text(validity("?at=7"), "/secrets/0/checks/4/outcome")).isEqualTo("depends");
    assertThat(text(validity(""), "/secrets/0/code")).isEqualTo("revoked");
    assertThat(body(validity("")).path("holder_count").asInt()).isZero();
  }

  @Test
  void withoutATimeItIsTheNewestStateAlsoWhereTheClockThatDecidedWasAhead() {
    ledger.publish(
        stream.registered(),
        stream.next(TestLedger.created(key, "k")),
        stream.next(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, at(1))));
    service.awaitApplied(stream);

    Answer now = get(validity(""));
    assertThat(now.header("Keyledger-Position")).isEqualTo("2");
    assertThat(now.body().at("/secrets/0/code").asString()).isEqualTo("revoked");
  }

  @Test
  void aQuestionThatCannotBeMeantIsRefusedWithItsParameter() {
    publishALife();
    Map.of(
            "at=2026-05-28", "at",
            "scopes=nothing", "scopes",
            "environment=Live", "environment",
            "ip=192.0.2.0/24", "ip")
        .forEach((query, field) -> {
          Answer refused = get(validity("?" + query));
          assertThat(refused.status()).as(query).isEqualTo(422);
          assertThat(refused.body().path("field").asString()).isEqualTo(field);
        });
    assertThat(get("/keys/" + TestLedger.newKey() + "/validity").code()).isEqualTo("key_not_found");
    assertThat(get("/keys/junk/validity").code()).isEqualTo("key_not_found");
    assertThat(get(validity("?at=1")).code()).isEqualTo("key_not_found");
    assertThat(get(validity("?at=2026-01-01T00:00:00Z")).code())
        .isEqualTo("organization_not_found");
  }

  @Test
  void keysOfAConnectedAccountAreForThePlatformToSeeInThePastToo() {
    ledger.publish(
        stream.registered(OrganizationKind.CONNECTED_ACCOUNT),
        stream.next(TestLedger.created(key, "k")));
    service.awaitApplied(stream);
    for (String rest : List.of("/keys?as_of=1", "/keys/" + key + "?as_of=1", validity("?at=1"))) {
      assertThat(service.get(member(stream, ALL), path(rest)).code())
          .isEqualTo("connected_account");
      assertThat(get(rest).status()).isEqualTo(200);
    }
  }
}
