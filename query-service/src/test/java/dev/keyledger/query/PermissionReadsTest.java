package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static dev.keyledger.query.SharedReplica.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Role;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Which permissions there are, and who has them. */
@ExtendWith(SharedReplica.Resolver.class)
class PermissionReadsTest {
  private static final Instant T = TestLedger.START;
  private final TestLedger ledger;
  private final FakeTokenService tokens;
  private final QueryServiceUnderTest service;

  PermissionReadsTest(SharedReplica replica) {
    ledger = replica.ledger;
    tokens = replica.tokens;
    service = replica.service;
  }

  private static JsonNode named(JsonNode items, String name) {
    return items
        .valueStream()
        .filter(item -> item.path("name").stringValue().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyPermissionIsListedWithItsRolesAndWhoHasIt() {
    var stream = new Stream();
    PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId owner = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId auditor = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId gone = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    var email = tokens.seal(person, "a@example.com");
    ledger.publish(
        stream.registered(),
        stream.next(new MemberAdded(owner, person, email, Role.OWNER, T)),
        stream.next(new MemberAdded(auditor, person, email, Role.AUDITOR, T)),
        stream.next(new MemberAdded(gone, person, email, Role.OWNER, T)),
        stream.next(new MemberRemoved(gone, Role.OWNER, T)));
    String path = "/v1/organizations/" + stream.id + "/permissions";

    var answer = service.get(member(stream, ALL), path + "?at_least=" + stream.position());

    assertThat(answer.header("Keyledger-Position")).isEqualTo(String.valueOf(stream.position()));
    assertThat(answer.items().valueStream().map(item -> item.path("name").stringValue()))
        .containsExactlyElementsOf(Permissions.ALL.stream().sorted().toList());
    assertThat(json(named(answer.items(), "api_keys.create")))
        .isEqualTo(
            ("{'name':'api_keys.create','platform':true,'needs_verification':false,"
                    + "'roles':['owner'],'member_count':1,'members':['%s']}")
                .formatted(owner));
    assertThat(json(named(answer.items(), "audit.read"))).contains("'roles':[],'member_count':0");

    var without = service.get(member(stream, Set.of(Permissions.POLICY_READ)), path);
    assertThat(named(without.items(), "api_keys.create").path("members").isNull()).isTrue();
    assertThat(service.get(OPERATOR, path).status()).isEqualTo(200);
  }

  @Test
  void aMemberIsToldWhichPermissionIsMissingAndAStrangerNothing() {
    var stream = new Stream();
    ledger.publish(stream.registered());
    service.awaitApplied(stream);
    String path = "/v1/organizations/" + stream.id + "/permissions";

    var own = service.get(member(stream, Set.of()), path);
    assertThat(own.status()).isEqualTo(403);
    assertThat(own.body().path("permission").asString()).isEqualTo("policy.read");

    var stranger = member(new Stream(), Set.of());
    var existing = service.get(stranger, path);
    var none = service.get(stranger, "/v1/organizations/nobodys/permissions");
    assertThat(existing.status()).isEqualTo(403);
    assertThat(existing.body()).isEqualTo(none.body());
    assertThat(existing.body().has("permission")).isFalse();
  }
}
