package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.client.Caller;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.testing.DescribedEndpoints;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds for every read: parameters, positions, whose organisation, permissions. */
@ExtendWith(SharedReplica.Resolver.class)
class ReadsTest {
  private static final Instant T = TestLedger.START;
  private final TestLedger ledger;
  private final QueryServiceUnderTest service;

  ReadsTest(SharedReplica replica) {
    ledger = replica.ledger;
    service = replica.service;
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

    for (String rest :
        List.of(
            "", "/policy", "/members", "/keys", "/keys/" + foreign, "/events", "/subscriptions")) {
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
            "/events", "audit.read",
            "/subscriptions", "subscriptions.read");
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
  void everyEndpointIsDescribed() {
    assertThat(DescribedEndpoints.missing(service.context())).isEmpty();
  }
}
