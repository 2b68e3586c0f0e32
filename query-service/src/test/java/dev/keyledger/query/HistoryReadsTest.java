package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static dev.keyledger.query.SharedReplica.json;
import static dev.keyledger.query.SharedReplica.tightened;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCause;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyEndingSoon;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyLeaked;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.KeyEvent.RotationRolledBack;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberErased;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.Origin;
import dev.keyledger.events.PersonEvent.PersonErased;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged.Settings;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused.Cause;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.SubscriptionSecret;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.events.subscription.SubscriptionRecord.State;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** History: what was before and after, who did it, from where. */
@ExtendWith(SharedReplica.Resolver.class)
class HistoryReadsTest {
  private static final Instant T = TestLedger.START;
  private final TestLedger ledger;
  private final FakeTokenService tokens;
  private final QueryServiceUnderTest service;

  HistoryReadsTest(SharedReplica replica) {
    ledger = replica.ledger;
    tokens = replica.tokens;
    service = replica.service;
  }

  @Test
  void historyTellsWhatWasBeforeAndAfterForEveryTypeOfEvent() {
    var stream = new Stream();
    KeyId key = TestLedger.newKey();
    MemberId member = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    var email = tokens.seal(person, "who@example.com");
    KeyId second = TestLedger.newKey();
    SubscriptionId subscription = SubscriptionId.of(UuidCreator.getTimeOrderedEpoch());
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
        stream.next(new KeyRotated(key, TestLedger.secret("kl_live_ddddddd"), T.plusSeconds(9), T)),
        stream.next(new RotationRolledBack(key, "kl_live_ddddddd", T)),
        stream.next(new KeyScopesNarrowed(key, List.of("a.b", "c.d"), List.of("a.b"), T)),
        stream.next(new KeyRenamed(key, "name", "new name", T)),
        stream.next(new KeyRotated(key, TestLedger.secret("kl_live_ccccccc"), null, T)),
        stream.next(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, "leaked", T)),
        stream.next(TestLedger.created(second, "second")),
        stream.next(
            new KeyLeaked(second, "kl_live_aaaaaaa", "https://code.example/.env", null, key, T)),
        stream.next(
            new KeyEndingSoon(second, KeyEndingSoon.Cause.EXPIRY, T.plusSeconds(600), 7, T)),
        stream.next(new KeySuspended(second, T.plusSeconds(60), "who uses it?", T)),
        stream.next(new KeySuspended(second, T.plusSeconds(90), "still", T)),
        stream.next(new KeyResumed(second, T, T)),
        stream.next(new KeyExpired(second, T, T)),
        stream.next(new MemberRemoved(member, Role.ADMIN, T)),
        stream.next(new MemberErased(member, T)),
        stream.next(new PersonErased(person, T)),
        stream.next(subscribed(subscription)),
        stream.next(
            new SubscriptionChanged(
                subscription,
                new Settings(null, "https://receiver.example/", null),
                new Settings(null, "https://other.example/", null),
                T)),
        stream.next(
            new SubscriptionSecretRotated(
                subscription,
                SubscriptionSecret.committed(2, "a.sEaLeD", null, T),
                T.plusSeconds(9),
                T)),
        stream.next(new SubscriptionPaused(subscription, Cause.GONE, null, T)),
        stream.next(new SubscriptionResumed(subscription, T)),
        stream.next(new SubscriptionRemoved(subscription, State.ACTIVE, T)));
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
    for (String type : List.of("member.erased", "person.erased")) {
      assertThat(json(find(items, type).path("before"))).isEqualTo("{'erased':false}");
      assertThat(json(find(items, type).path("after"))).isEqualTo("{'erased':true}");
    }
    assertThat(find(items, "member.erased").at("/subject/id").stringValue())
        .isEqualTo(member.value());
    assertThat(change(items, "organization.ip_allowlist_changed", "ceiling"))
        .isEqualTo("null → false");
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
    assertThat(change(items, "key.rotation_rolled_back", "secrets"))
        .isEqualTo(
            "[{'prefix':'kl_live_ddddddd'},{'prefix':'kl_live_bbbbbbb'}] →"
                + " [{'prefix':'kl_live_bbbbbbb','valid_until':null}]");
    assertThat(change(items, "key.rotation_rolled_back", "status"))
        .isEqualTo("'rotating' → 'active'");
    assertThat(change(items, "key.scopes_narrowed", "scopes")).isEqualTo("['a.b','c.d'] → ['a.b']");
    assertThat(change(items, "key.renamed", "name")).isEqualTo("'name' → 'new name'");
    assertThat(json(find(items, "key.leaked").path("after")))
        .isEqualTo(
            "{'leaked_prefix':'kl_live_aaaaaaa','url':'https://code.example/.env','source':null,'reported_by':'"
                + key
                + "'}");
    assertThat(json(find(items, "key.ending_soon").path("after")))
        .isEqualTo("{'cause':'expiry','due_at':'2026-05-28T14:53:58.000Z','days_left':7}");
    assertThat(change(items, "key.suspended", "status")).isEqualTo("'suspended' → 'suspended'");
    assertThat(change(items, "key.suspended", "suspended_until"))
        .isEqualTo("'2026-05-28T14:44:58.000Z' → '2026-05-28T14:45:28.000Z'");
    assertThat(change(items, "key.suspended", "reason")).isEqualTo("null → 'still'");
    assertThat(change(items, "key.resumed", "status")).isEqualTo("'suspended' → 'active'");
    assertThat(change(items, "key.resumed", "suspended_until"))
        .isEqualTo("'2026-05-28T14:45:28.000Z' → null");
    assertThat(change(items, "key.revoked", "status")).isEqualTo("'rotating' → 'revoked'");
    assertThat(change(items, "key.revoked", "reason")).isEqualTo("null → 'leaked'");
    assertThat(change(items, "key.expired", "status")).isEqualTo("'active' → 'expired'");
    assertThat(change(items, "subscription.created", "url"))
        .isEqualTo("null → 'https://receiver.example/'");
    assertThat(change(items, "subscription.created", "signing_secrets"))
        .isEqualTo("null → [{'id':1,'public_key':'whpk_x','valid_until':null}]");
    assertThat(json(find(items, "subscription.changed").path("before")))
        .isEqualTo("{'url':'https://receiver.example/'}");
    assertThat(json(find(items, "subscription.changed").path("after")))
        .isEqualTo("{'url':'https://other.example/'}");
    assertThat(change(items, "subscription.secret_rotated", "signing_secrets"))
        .isEqualTo(
            "[{'id':1,'valid_until':null}] →"
                + " [{'id':2,'valid_until':null},{'id':1,'valid_until':'2026-05-28T14:44:07.000Z'}]");
    assertThat(change(items, "subscription.paused", "status")).isEqualTo("'active' → 'paused'");
    assertThat(change(items, "subscription.paused", "cause")).isEqualTo("null → 'gone'");
    assertThat(change(items, "subscription.resumed", "status")).isEqualTo("'paused' → 'active'");
    assertThat(change(items, "subscription.removed", "status")).isEqualTo("'active' → 'removed'");
    assertThat(find(items, "subscription.paused").at("/subject"))
        .hasToString("{\"kind\":\"subscription\",\"id\":\"" + subscription + "\"}");
    assertThat(items.toString()).doesNotContain("sEaLeD", "commitment");
    assertThat(items)
        .extracting(i -> i.path("type").stringValue())
        .containsAll(dev.keyledger.events.EventTypes.all().keySet());
  }

  private static SubscriptionCreated subscribed(SubscriptionId subscription) {
    return new SubscriptionCreated(
        subscription,
        SubscriptionKind.WEBHOOK,
        "siem",
        "https://receiver.example/",
        List.of("*"),
        SignatureScheme.V1A,
        SubscriptionSecret.committed(1, "a.sEaLeD", "whpk_x", T),
        T);
  }

  @Test
  void whatTheOperatorSetTellsTheCeilingThatItReplaces() {
    var stream = new Stream();
    Policy first = TestLedger.policy();
    List<String> none = List.of();
    ledger.publish(
        stream.registered(),
        stream.next(new PolicyChanged(first, tightened(), false, T)),
        stream.next(new PolicyChanged(tightened(), tightened(), true, T)),
        stream.next(new PolicyChanged(tightened(), first, true, T)),
        // As the operator's were before they were a bound.
        stream.next(new IpAllowlistChanged(none, List.of("10.0.0.0/7"), T)),
        stream.next(allowlist("10.0.0.0/7", "10.0.0.0/8", true)),
        stream.next(allowlist("10.0.0.0/8", "10.1.0.0/16", null)),
        stream.next(allowlist("10.1.0.0/16", "10.2.0.0/16", true)));
    service.awaitApplied(stream);

    var items =
        service
            .get(OPERATOR, "/v1/organizations/" + stream.id + "/events?order=oldest&limit=100")
            .items();

    assertThat(items.get(1).path("before").has("policy_ceiling")).isFalse();
    assertThat(items.get(2).path("before").path("policy").path("environments")).hasSize(1);
    assertThat(items.get(2).path("before").path("policy_ceiling").path("environments")).hasSize(2);
    assertThat(items.get(2).path("after").path("policy_ceiling").path("environments")).hasSize(1);
    assertThat(items.get(3).path("before").path("policy_ceiling").path("environments")).hasSize(1);
    assertThat(items.get(4).path("before").has("ip_allowlist_ceiling")).isFalse();
    assertThat(ceilings(items.get(5)))
        .isEqualTo("null → {'ip_allowlist':['10.0.0.0/8'],'environments':['live']}");
    assertThat(items.get(6).path("after").has("ip_allowlist_ceiling")).isFalse();
    assertThat(ceilings(items.get(7)))
        .isEqualTo(
            "{'ip_allowlist':['10.0.0.0/8'],'environments':['live']} →"
                + " {'ip_allowlist':['10.2.0.0/16'],'environments':['live']}");
  }

  private static IpAllowlistChanged allowlist(
      String before, String after, @Nullable Boolean ceiling) {
    List<String> live = List.of("live");
    return new IpAllowlistChanged(List.of(before), List.of(after), live, live, ceiling, T);
  }

  private static String ceilings(JsonNode item) {
    return json(item.at("/before/ip_allowlist_ceiling"))
        + " → "
        + json(item.at("/after/ip_allowlist_ceiling"));
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
    var origin =
        new Origin(
            "request-1",
            tokens.seal(person, "203.0.113.7"),
            null,
            tokens.seal(person, "console/2"),
            EventCause.reaction(
                "member_removed", EventId.of(UuidCreator.getTimeOrderedEpoch()), 2));
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
    assertThat(created.at("/origin/user_agent").stringValue()).isEqualTo("console/2");
    assertThat(json(created.path("cause")))
        .matches(".'kind':'reaction','name':'member_removed','event':'evt_[^']*','position':2.");
    assertThat(find(items, "key.renamed").path("cause").isNull()).isTrue();
    assertThat(created.at("/origin/request_id").stringValue()).isEqualTo("request-1");
    assertThat(created.at("/subject/id").stringValue()).isEqualTo(key.value());
    assertThat(positions(stream, "?key=" + key)).containsExactly(5L, 3L);
    assertThat(positions(stream, "?member=" + admin)).containsExactly(4L, 3L, 1L);
    assertThat(positions(stream, "?member=" + admin + "&key=" + key)).containsExactly(3L);
    assertThat(positions(stream, "?member=" + other)).containsExactly(4L, 2L);
    assertThat(positions(stream, "?type=key.created,key.renamed")).containsExactly(5L, 3L);
    assertThat(positions(stream, "?from=" + T.plusSeconds(2) + "&to=" + T.plusSeconds(4)))
        .containsExactly(4L, 3L);
    String day = T.toString().substring(0, 10);
    assertThat(positions(stream, "?from=" + day + "&to=" + day)).isEqualTo(positions(stream, ""));
    assertThat(positions(stream, "?from=" + T.atOffset(ZoneOffset.ofHours(2)).plusSeconds(4)))
        .containsExactly(5L);
    assertThat(service.get(OPERATOR, events + "?from=" + day + "&to=2000-01-01").status())
        .isEqualTo(422);
    assertThat(
            service.get(OPERATOR, events + "?type=key.stolen").body().path("field").stringValue())
        .isEqualTo("type");
    assertThat(service.get(OPERATOR, events + "?member=somebody").status()).isEqualTo(422);
  }

  private List<Long> positions(Stream stream, String query) {
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
}
