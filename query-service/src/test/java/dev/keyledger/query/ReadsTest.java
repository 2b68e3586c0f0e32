package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.Caller;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.Origin;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Usage;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.query.TestLedger.Stream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ReadsTest {
  private static final Instant T = TestLedger.START;
  private static final TestClock clock = new TestClock();
  private static TestLedger ledger;
  private static TokenServiceFake tokens;
  private static QueryServiceUnderTest service;

  @BeforeAll
  static void start() {
    Servers servers = Servers.forTests();
    ledger = new TestLedger(servers.bootstrapServers());
    tokens = new TokenServiceFake();
    service =
        new QueryServiceUnderTest(
            servers.freshDatabase(),
            servers.bootstrapServers(),
            clock,
            Map.of("keyledger.token-service.url", tokens.url()));
  }

  @AfterAll
  static void stop() {
    service.close();
    tokens.close();
    ledger.close();
  }

  @BeforeEach
  void resetClock() {
    clock.set(T);
  }

  @Test
  void anOrganizationIsShownByIdAndBySlugWithEveryField() {
    var stream = new Stream();
    ledger.publish(
        stream.registered(),
        stream.next(new OrganizationVerified(T)),
        stream.next(new LiveEnabled(T)),
        stream.next(new OrganizationSuspended("unpaid", T)),
        stream.next(
            new IpAllowlistChanged(
                List.of(), List.of("10.0.0.0/8"), List.of(), List.of("live"), T)));
    service.awaitApplied(stream);

    var byId = service.get(OPERATOR, "/v1/organizations/" + stream.id);
    var bySlug = service.get(member(stream, ALL), "/v1/organizations/" + stream.slug);

    assertThat(bySlug.body()).isEqualTo(byId.body());
    assertThat(json(byId.body()))
        .isEqualTo(
            "{'id':'%s','slug':'%s','name':'Name of %s','kind':'standard','preset':'standard','status':'live','suspended':true,'suspension_reason':'unpaid','ip_allowlist':['10.0.0.0/8'],'ip_allowlist_environments':['live'],'created_at':'2026-05-28T14:43:58.000Z','position':4}"
                .formatted(stream.id, stream.slug, stream.slug));
  }

  @Test
  void theListShowsAllToTheOperatorAndTheirOwnToMembers() {
    var mine = new Stream();
    var other = new Stream();
    ledger.publish(mine.registered(), other.registered());

    var all =
        service.get(OPERATOR, "/v1/organizations?at_least=" + mine.id + ":0," + other.id + ":0");
    var own = service.get(member(mine, ALL), "/v1/organizations?at_least=" + mine.id + ":0");

    assertThat(ids(all.items())).startsWith(other.id.value(), mine.id.value());
    assertThat(all.header("Keyledger-Position")).startsWith(other.id + ":0," + mine.id + ":0");
    assertThat(ids(own.items())).containsExactly(mine.id.value());
    assertThat(own.header("Keyledger-Position")).isEqualTo(mine.id + ":0");
  }

  @Test
  void thePolicyIsShownWithItsCeilingAndThePositionThatSetIt() {
    var stream = new Stream();
    var policy = TestLedger.policy();
    ledger.publish(
        stream.registered(),
        stream.next(new OrganizationVerified(T)),
        stream.next(new PolicyChanged(policy, tightened(), false, T)),
        stream.next(new LiveEnabled(T)));
    service.awaitApplied(stream);

    var shown = service.get(member(stream, ALL), "/v1/organizations/" + stream.id + "/policy");

    assertThat(shown.body().path("position").longValue()).isEqualTo(2);
    assertThat(shown.header("Keyledger-Position")).isEqualTo("3");
    assertThat(shown.body().at("/policy/environments/0").stringValue()).isEqualTo("live");
    assertThat(shown.body().at("/ceiling/environments/0").stringValue()).isEqualTo("test");
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

  private static String status(Caller caller, String keys, KeyId key) {
    return service.get(caller, keys + "/" + key).body().path("status").stringValue();
  }

  @Test
  void membersAreShownWithTheirAddressesUntilTheyAreErased() {
    var stream = new Stream();
    PersonId stays = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    PersonId erased = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId one = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId two = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId gone = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    var sealed = tokens.seal(erased, "erased@example.com");
    tokens.erase(erased);
    ledger.publish(
        stream.registered(),
        stream.next(
            new MemberAdded(one, stays, tokens.seal(stays, "stays@example.com"), Role.OWNER, T)),
        stream.next(new MemberAdded(two, erased, sealed, Role.AUDITOR, T)),
        stream.next(new MemberAdded(gone, erased, sealed, Role.EMPLOYEE, T)),
        stream.next(new MemberRoleChanged(two, Role.AUDITOR, Role.DEVELOPER, T)),
        stream.next(new MemberRemoved(gone, Role.EMPLOYEE, T)));
    service.awaitApplied(stream);
    var path = "/v1/organizations/" + stream.id + "/members";

    var present = service.get(member(stream, ALL), path).items();
    var removed = service.get(member(stream, ALL), path + "?status=removed").items();

    assertThat(ids(present)).containsExactly(two.value(), one.value());
    assertThat(present.get(0).path("email").isNull()).isTrue();
    assertThat(present.get(0).path("role").stringValue()).isEqualTo("developer");
    assertThat(present.get(1).path("email").stringValue()).isEqualTo("stays@example.com");
    assertThat(ids(removed)).containsExactly(gone.value());
    assertThat(present.toString() + removed)
        .as("a person's id would tell whether two organisations share somebody")
        .doesNotContain(stays.value(), erased.value());
  }

  @Test
  void anOutageOfTokenServiceIsNotTakenForAnErasure() {
    var stream = new Stream();
    PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId member = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    ledger.publish(
        stream.registered(),
        stream.next(
            new MemberAdded(member, person, tokens.seal(person, "a@example.com"), Role.OWNER, T)));
    service.awaitApplied(stream);
    var path = "/v1/organizations/" + stream.id + "/members";

    tokens.away = true;
    var meanwhile = service.get(OPERATOR, path);
    tokens.away = false;
    var afterwards = service.get(OPERATOR, path);
    int asked = tokens.questions.get();
    service.get(OPERATOR, path);

    assertThat(meanwhile.status()).isEqualTo(200);
    assertThat(meanwhile.items().get(0).path("email").isNull()).isTrue();
    assertThat(meanwhile.header("Keyledger-Incomplete")).isEqualTo("personal-data");
    assertThat(afterwards.items().get(0).path("email").stringValue()).isEqualTo("a@example.com");
    assertThat(afterwards.header("Keyledger-Incomplete")).isEmpty();
    assertThat(tokens.questions.get()).as("keys are kept for a while").isEqualTo(asked);
  }

  @Test
  void historyTellsWhatWasBeforeAndAfterForEveryTypeOfEvent() {
    var stream = new Stream();
    KeyId key = TestLedger.newKey();
    MemberId member = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    var email = tokens.seal(person, "who@example.com");
    KeyId second = TestLedger.newKey();
    ledger.publish(
        stream.registered(),
        stream.next(new OrganizationVerified(T)),
        stream.next(new LiveEnabled(T)),
        stream.next(new OrganizationSuspended("unpaid", T)),
        stream.next(new OrganizationReinstated(T)),
        stream.next(new PolicyChanged(TestLedger.policy(), tightened(), true, T)),
        stream.next(
            new IpAllowlistChanged(
                List.of("::/0"), List.of("10.0.0.0/8"), List.of("live"), List.of(), T)),
        stream.next(new MemberAdded(member, person, email, Role.OWNER, T)),
        stream.next(new MemberRoleChanged(member, Role.OWNER, Role.ADMIN, T)),
        stream.next(TestLedger.created(key, "name")),
        stream.next(new KeyRotated(key, TestLedger.secret("kl_live_bbbbbbb"), null, T)),
        stream.next(new RotationCompleted(key, "kl_live_aaaaaaa", T, T)),
        stream.next(new KeyScopesNarrowed(key, List.of("a.b", "c.d"), List.of("a.b"), T)),
        stream.next(new KeyRenamed(key, "name", "new name", T)),
        stream.next(new KeyRotated(key, TestLedger.secret("kl_live_ccccccc"), null, T)),
        stream.next(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, "leaked", T)),
        stream.next(TestLedger.created(second, "second")),
        stream.next(new KeyExpired(second, T, T)),
        stream.next(new MemberRemoved(member, Role.ADMIN, T)));
    service.awaitApplied(stream);

    var items =
        service.get(OPERATOR, "/v1/organizations/" + stream.id + "/events?limit=100").items();

    assertThat(change(items, "organization.registered", "status")).isEqualTo("null → 'onboarding'");
    assertThat(change(items, "organization.verified", "status"))
        .isEqualTo("'onboarding' → 'verified'");
    assertThat(change(items, "organization.live_enabled", "status"))
        .isEqualTo("'verified' → 'live'");
    assertThat(change(items, "organization.suspended", "suspended")).isEqualTo("false → true");
    assertThat(change(items, "organization.suspended", "reason")).isEqualTo("null → 'unpaid'");
    assertThat(change(items, "organization.reinstated", "suspended")).isEqualTo("true → false");
    assertThat(change(items, "organization.ip_allowlist_changed", "ip_allowlist"))
        .isEqualTo("['::/0'] → ['10.0.0.0/8']");
    assertThat(change(items, "organization.ip_allowlist_changed", "ip_allowlist_environments"))
        .isEqualTo("['live'] → []");
    assertThat(
            find(items, "organization.policy_changed")
                .at("/before/policy/environments/0")
                .stringValue())
        .isEqualTo("test");
    assertThat(
            find(items, "organization.policy_changed")
                .at("/after/policy/environments/0")
                .stringValue())
        .isEqualTo("live");
    assertThat(change(items, "member.added", "email")).isEqualTo("null → 'who@example.com'");
    assertThat(change(items, "member.role_changed", "role")).isEqualTo("'owner' → 'admin'");
    assertThat(change(items, "member.removed", "role")).isEqualTo("'admin' → null");
    assertThat(change(items, "key.created", "name")).isEqualTo("null → 'second'");
    assertThat(change(items, "key.rotated", "status")).isEqualTo("'active' → 'rotating'");
    assertThat(change(items, "key.rotated", "secrets"))
        .isEqualTo(
            "[{'prefix':'kl_live_bbbbbbb','valid_until':null}] →"
                + " [{'prefix':'kl_live_ccccccc','valid_until':null},{'prefix':'kl_live_bbbbbbb','valid_until':null}]");
    assertThat(change(items, "key.rotation_completed", "secrets"))
        .isEqualTo(
            "[{'prefix':'kl_live_bbbbbbb'},{'prefix':'kl_live_aaaaaaa'}] →"
                + " [{'prefix':'kl_live_bbbbbbb'}]");
    assertThat(change(items, "key.scopes_narrowed", "scopes")).isEqualTo("['a.b','c.d'] → ['a.b']");
    assertThat(change(items, "key.renamed", "name")).isEqualTo("'name' → 'new name'");
    assertThat(change(items, "key.revoked", "status")).isEqualTo("'rotating' → 'revoked'");
    assertThat(change(items, "key.revoked", "reason")).isEqualTo("null → 'leaked'");
    assertThat(change(items, "key.expired", "status")).isEqualTo("'active' → 'expired'");
    assertThat(items)
        .extracting(i -> i.path("type").stringValue())
        .containsAll(dev.keyledger.events.EventTypes.all().keySet());
  }

  @Test
  void historyTellsWhoAndFromWhereAndFiltersByEither() {
    var stream = new Stream();
    MemberId admin = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId other = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    var email = tokens.seal(person, "admin@example.com");
    PersonId operator = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    var actor = new Actor(Actor.Kind.MEMBER, person, admin, null);
    var origin = new Origin("request-1", tokens.seal(person, "203.0.113.7"), null);
    KeyId key = TestLedger.newKey();
    ledger.publish(
        stream.registered(),
        stream.next(new MemberAdded(admin, person, email, Role.ADMIN, T)),
        stream.next(new MemberAdded(other, person, email, Role.EMPLOYEE, T.plusSeconds(1))),
        stream.next(
            new KeyCreated(
                key,
                "k",
                "live",
                List.of(),
                admin,
                TestLedger.secret("kl_live_a"),
                null,
                T.plusSeconds(2)),
            actor,
            origin),
        stream.next(
            new MemberRoleChanged(other, Role.EMPLOYEE, Role.AUDITOR, T.plusSeconds(3)),
            actor,
            origin),
        stream.next(
            new KeyRenamed(key, "k", "l", T.plusSeconds(4)),
            new Actor(Actor.Kind.OPERATOR, operator, null, null),
            Origin.NONE));
    service.awaitApplied(stream);
    var events = "/v1/organizations/" + stream.slug + "/events";

    var items = service.get(member(stream, ALL), events).items();
    var created = find(items, "key.created");

    assertThat(created.at("/actor/kind").stringValue()).isEqualTo("member");
    assertThat(created.at("/actor/email").stringValue()).isEqualTo("admin@example.com");
    assertThat(items.toString()).doesNotContain(person.value());
    assertThat(find(items, "key.renamed").at("/actor/person").stringValue())
        .isEqualTo(operator.value());
    assertThat(created.at("/origin/address").stringValue()).isEqualTo("203.0.113.7");
    assertThat(created.at("/origin/request_id").stringValue()).isEqualTo("request-1");
    assertThat(created.at("/subject/id").stringValue()).isEqualTo(key.value());
    assertThat(positions(stream, "?key=" + key)).containsExactly(5L, 3L);
    assertThat(positions(stream, "?member=" + admin)).containsExactly(4L, 3L, 1L);
    assertThat(positions(stream, "?member=" + admin + "&key=" + key)).containsExactly(3L);
    assertThat(positions(stream, "?member=" + other)).containsExactly(4L, 2L);
    assertThat(positions(stream, "?type=key.created,key.renamed")).containsExactly(5L, 3L);
    assertThat(positions(stream, "?from=" + T.plusSeconds(2) + "&to=" + T.plusSeconds(4)))
        .containsExactly(4L, 3L);
    assertThat(
            service.get(OPERATOR, events + "?type=key.stolen").body().path("field").stringValue())
        .isEqualTo("type");
    assertThat(service.get(OPERATOR, events + "?member=somebody").status()).isEqualTo(422);
  }

  private static List<Long> positions(Stream stream, String query) {
    var positions = new ArrayList<Long>();
    for (var item :
        service.get(OPERATOR, "/v1/organizations/" + stream.id + "/events" + query).items()) {
      positions.add(item.path("position").longValue());
    }
    return positions;
  }

  @Test
  void pagesStayStableWhileEventsAreAdded() {
    var stream = new Stream();
    ledger.publish(stream.registered());
    for (int i = 0; i < 24; i++) {
      ledger.publish(stream.next(TestLedger.created(TestLedger.newKey(), "k" + i)));
    }
    service.awaitApplied(stream);
    var seen = new ArrayList<Long>();
    String cursor = "";
    do {
      var page =
          service.get(OPERATOR, "/v1/organizations/" + stream.id + "/events?limit=10" + cursor);
      page.items().forEach(i -> seen.add(i.path("position").longValue()));
      ledger.publish(stream.next(TestLedger.created(TestLedger.newKey(), "meanwhile")));
      service.awaitApplied(stream);
      JsonNode next = page.body().path("next_cursor");
      cursor = next.isNull() ? "" : "&cursor=" + next.stringValue();
    } while (!cursor.isEmpty());

    var expected = new ArrayList<Long>();
    for (long i = 24; i >= 0; i--) {
      expected.add(i);
    }
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void aLimitOrACursorOutOfRangeIsRefusedWithItsName() {
    var stream = new Stream();
    ledger.publish(stream.registered());
    service.awaitApplied(stream);
    var path = "/v1/organizations/" + stream.id + "/keys";
    for (var query :
        Map.of(
                "limit=0", "limit",
                "limit=101", "limit",
                "limit=ten", "limit",
                "cursor=nonsense", "cursor",
                "status=lost", "status",
                "environment=Live", "environment",
                "environment=a%00b", "environment",
                "at_least=-1", "at_least")
            .entrySet()) {
      var answer = service.get(OPERATOR, path + "?" + query.getKey());
      assertThat(answer.status()).as(query.getKey()).isEqualTo(422);
      assertThat(answer.body().path("field").stringValue()).isEqualTo(query.getValue());
    }
  }

  @Test
  void aTimeThatCannotBeMeantIsRefusedWithItsName() {
    var stream = new Stream();
    ledger.publish(stream.registered());
    service.awaitApplied(stream);
    var path = "/v1/organizations/" + stream.id + "/events?";
    for (String time :
        List.of(
            "yesterday",
            "%2B999999999-01-01T00:00:00Z",
            "-999999999-01-01T00:00:00Z",
            "0000-12-31T23:59:59Z",
            "9999-12-31T23:59:59-01:00")) {
      for (String name : List.of("from", "to")) {
        var answer = service.get(OPERATOR, path + name + "=" + time);
        assertThat(answer.status()).as(time).isEqualTo(422);
        assertThat(answer.body().path("field").stringValue()).isEqualTo(name);
      }
    }
    var all = "from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59.999Z";
    assertThat(service.get(OPERATOR, path + all).items()).hasSize(1);
  }

  @Test
  void aPositionThatIsNotThereYetIsWaitedForAndThenNotYet() throws Exception {
    var stream = new Stream();
    var path = "/v1/organizations/" + stream.slug;
    var waiting = CompletableFuture.supplyAsync(() -> service.get(OPERATOR, path + "?at_least=1"));
    ledger.publish(stream.registered());
    ledger.publish(stream.next(new OrganizationVerified(T)));

    assertThat(waiting.get().body().path("status").stringValue()).isEqualTo("verified");

    long asked = System.nanoTime();
    var never = service.get(OPERATOR, path + "?at_least=2");
    assertThat(never.status()).isEqualTo(504);
    assertThat(never.code()).isEqualTo("not_yet");
    assertThat(Duration.ofNanos(System.nanoTime() - asked))
        .isBetween(Duration.ofMillis(4_900), Duration.ofSeconds(8));
  }

  @Test
  void nobodySeesAnotherOrganizationNorLearnsWhetherItExists() {
    var mine = new Stream();
    var other = new Stream();
    KeyId foreign = TestLedger.newKey();
    ledger.publish(
        mine.registered(), other.registered(), other.next(TestLedger.created(foreign, "foreign")));
    service.awaitApplied(mine);
    service.awaitApplied(other);
    Caller caller = member(mine, ALL);

    for (String rest : List.of("", "/policy", "/members", "/keys", "/keys/" + foreign, "/events")) {
      for (String org : List.of(other.id.value(), other.slug, "no-such-organisation")) {
        var answer = service.get(caller, "/v1/organizations/" + org + rest);
        assertThat(answer.status()).as(org + rest).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("forbidden");
      }
    }
    var own = "/v1/organizations/" + mine.id;
    assertThat(service.get(caller, own + "/keys/" + foreign).code()).isEqualTo("key_not_found");
    assertThat(service.get(caller, own + "/keys/not-an-id").code()).isEqualTo("key_not_found");
    assertThat(service.get(caller, own + "/events?key=" + foreign).items()).isEmpty();
    assertThat(service.get(OPERATOR, "/v1/organizations/no-such-organisation").code())
        .isEqualTo("organization_not_found");
  }

  @Test
  void eachReadNeedsItsPermission() {
    var stream = new Stream();
    ledger.publish(stream.registered());
    service.awaitApplied(stream);
    var base = "/v1/organizations/" + stream.id;
    var needed =
        Map.of(
            "", "organization.read",
            "/policy", "policy.read",
            "/members", "members.read",
            "/keys", "api_keys.read",
            "/events", "audit.read");
    needed.forEach((path, permission) -> {
      assertThat(service.get(member(stream, Set.of(permission)), base + path).status())
          .isEqualTo(200);
      Set<String> others = new java.util.HashSet<>(ALL);
      others.remove(permission);
      assertThat(service.get(member(stream, others), base + path).status()).isEqualTo(403);
    });
    for (String operatorOnly :
        List.of("/v1/platform/rebuilds/reb_1", "/v1/platform/halted-organizations")) {
      assertThat(service.get(member(stream, ALL), operatorOnly).status()).isEqualTo(403);
    }
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
        new KafkaProducer<String, byte[]>(
            KafkaSettings.of(Servers.forTests().bootstrapServers()).producer())) {
      for (var use :
          List.of(
              new Usage(stream.id, key, "kl_live_aaaaaaa", 3, T.plusSeconds(9), "one"),
              new Usage(stream.id, key, "kl_live_aaaaaaa", 4, T.plusSeconds(5), "two"),
              new Usage(stream.id, key, "kl_live_bbbbbbb", 1, T.plusSeconds(7), "two"))) {
        producer.send(new ProducerRecord<>(Topics.USAGE, key.value(), EventCodec.encode(use)));
      }
      producer.send(new ProducerRecord<>(Topics.USAGE, key.value(), new byte[] {'{'}));
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

  @Test
  void theDocumentDescribesEveryPath() {
    var document = service.get(OPERATOR, "/openapi.json").body();

    assertThat(document.path("openapi").stringValue()).startsWith("3.1");
    assertThat(document.path("paths").propertyNames())
        .contains("/v1/organizations/{org}/events", "/v1/platform/rebuilds");
    assertThat(document.toString()).doesNotContain("\"caller\"");
  }

  private static dev.keyledger.events.policy.Policy tightened() {
    var p = TestLedger.policy();
    return new dev.keyledger.events.policy.Policy(
        p.dialect(),
        List.of("live"),
        p.environmentChoice(),
        p.liveEnvironments(),
        List.of("live"),
        p.keys(),
        p.keyTokens(),
        p.sessions(),
        p.roles(),
        p.onboardingPermissions());
  }

  /** The newest of a type. */
  private static JsonNode find(JsonNode items, String type) {
    for (JsonNode item : items) {
      if (item.path("type").stringValue().equals(type)) {
        return item;
      }
    }
    throw new AssertionError("no " + type);
  }

  private static String change(JsonNode items, String type, String field) {
    JsonNode item = find(items, type);
    return json(item.path("before").path(field)) + " → " + json(item.path("after").path(field));
  }

  private static String json(JsonNode node) {
    return node.isMissingNode() ? "null" : node.toString().replace('"', '\'');
  }

  private static List<String> ids(JsonNode items) {
    var ids = new ArrayList<String>();
    items.forEach(i -> ids.add(i.path("id").stringValue()));
    return ids;
  }
}
