package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static dev.keyledger.query.SharedReplica.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged.Settings;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused.Cause;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.SubscriptionSecret;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.events.subscription.SubscriptionRecord.State;
import dev.keyledger.query.QueryServiceUnderTest.Answer;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Whom an organisation has told of its events, now and as it was. */
@ExtendWith(SharedReplica.Resolver.class)
class SubscriptionReadsTest {
  private static final Instant T = TestLedger.START;

  private final TestLedger ledger;
  private final MovableClock clock;
  private final QueryServiceUnderTest service;
  private final Stream stream = new Stream();
  private final String path = "/v1/organizations/" + stream.id + "/subscriptions";
  private final SubscriptionId one = SubscriptionId.of(UuidCreator.getTimeOrderedEpoch());
  private final SubscriptionId other = SubscriptionId.of(UuidCreator.getTimeOrderedEpoch());
  private final List<LedgerEvent> events = new ArrayList<>();

  SubscriptionReadsTest(SharedReplica replica) {
    ledger = replica.ledger;
    clock = replica.clock;
    service = replica.service;
  }

  private static Instant at(int second) {
    return T.plusSeconds(second);
  }

  private static SubscriptionCreated created(SubscriptionId id, String name, int second) {
    return new SubscriptionCreated(
        id,
        SubscriptionKind.WEBHOOK,
        name,
        "https://receiver.example/",
        List.of("key.*"),
        SignatureScheme.V1,
        SubscriptionSecret.committed(1, "a.sEaLeD", null, at(second)),
        at(second));
  }

  /** One event a second. */
  private void publishALife() {
    events.add(stream.registered());
    events.add(stream.next(created(one, "siem", 1)));
    events.add(stream.next(created(other, "audit", 2)));
    events.add(
        stream.next(
            new SubscriptionChanged(
                one,
                new Settings("siem", null, List.of("key.*")),
                new Settings("logs", null, List.of("*")),
                at(3))));
    events.add(
        stream.next(
            new SubscriptionSecretRotated(
                one, SubscriptionSecret.committed(2, "a.sEaLeD", null, at(4)), at(6), at(4))));
    events.add(stream.next(new SubscriptionPaused(one, Cause.GONE, null, at(5))));
    events.add(stream.next(new SubscriptionRemoved(other, State.ACTIVE, at(7))));
    ledger.publish(events);
    service.awaitApplied(stream);
    clock.advance(Duration.ofMinutes(10));
  }

  private JsonNode body(String rest) {
    Answer answer = service.get(OPERATOR, path + rest);
    assertThat(answer.status()).as(rest + answer.body()).isEqualTo(200);
    return answer.body();
  }

  private List<String> named(String rest) {
    List<String> ids = new ArrayList<>();
    body(rest).path("items").forEach(item -> ids.add(item.path("id").stringValue()));
    return ids;
  }

  @Test
  void aSubscriptionIsShownWithoutAnythingOfItsSecret() {
    publishALife();

    assertThat(json(body("/" + one)))
        .isEqualTo(
            "{'id':'%s','kind':'webhook','name':'logs','url':'https://receiver.example/','events':['*'],'signature':'v1','status':'paused','paused_for':'gone','created_at':'2026-05-28T14:43:59.000Z','secrets':[{'id':2,'public_key':null,'created_at':'2026-05-28T14:44:02.000Z','valid_until':null}]}"
                .formatted(one));
    assertThat(body("/" + other).path("status").stringValue()).isEqualTo("removed");
    assertThat(body("/" + other).path("secrets")).isEmpty();
    assertThat(service.get(OPERATOR, path + "/sub_none").code())
        .isEqualTo("subscription_not_found");
    SubscriptionId unknown = SubscriptionId.of(UuidCreator.getTimeOrderedEpoch());
    assertThat(service.get(OPERATOR, path + "/" + unknown).code())
        .isEqualTo("subscription_not_found");
  }

  @Test
  void itIsShownAsItWasAtAnyTimeAndPosition() {
    publishALife();

    assertThat(body("/" + one + "?as_of=2").path("name").stringValue()).isEqualTo("siem");
    assertThat(body("/" + one + "?as_of=3").path("name").stringValue()).isEqualTo("logs");
    assertThat(body("/" + one + "?as_of=4").path("secrets")).hasSize(2);
    assertThat(body("/" + one + "?as_of=" + at(6)).path("secrets")).hasSize(1);
    assertThat(body("/" + one + "?as_of=" + at(4)).path("status").stringValue())
        .isEqualTo("active");
    assertThat(service.get(OPERATOR, path + "/" + other + "?as_of=1").code())
        .isEqualTo("subscription_not_found");
    assertThat(named("?as_of=2")).containsExactly(other.value(), one.value());
    assertThat(named("?as_of=0")).isEmpty();
  }

  @Test
  void removedOnesAreListedWhereTheyAreAskedFor() {
    publishALife();

    assertThat(named("")).containsExactly(one.value());
    assertThat(named("?status=removed")).containsExactly(other.value());
    assertThat(named("?status=paused,removed")).containsExactly(other.value(), one.value());
    assertThat(named("?status=active")).isEmpty();
    Answer first = service.get(OPERATOR, path + "?status=paused,removed&limit=1");
    assertThat(first.items()).hasSize(1);
    assertThat(
            named(
                "?status=paused,removed&limit=1&cursor="
                    + first.body().path("next_cursor").stringValue()))
        .containsExactly(one.value());
    assertThat(service.get(OPERATOR, path + "?status=gone").status()).isEqualTo(422);
  }

  @Test
  void whoMayReadThemIsWhoHasThePermission() {
    publishALife();

    assertThat(service.get(member(stream, Set.of(Permissions.SUBSCRIPTIONS_READ)), path).status())
        .isEqualTo(200);
    assertThat(service.get(member(stream, Set.of(Permissions.SUBSCRIPTIONS_MANAGE)), path).status())
        .isEqualTo(403);
    assertThat(
            service
                .get(member(new Stream(), Set.of(Permissions.SUBSCRIPTIONS_READ)), path)
                .status())
        .isEqualTo(403);
  }
}
