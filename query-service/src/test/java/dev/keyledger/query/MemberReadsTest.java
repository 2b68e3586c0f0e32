package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static dev.keyledger.query.SharedReplica.ids;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberErased;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Members and the people's data that is opened for one answer. */
@ExtendWith(SharedReplica.Resolver.class)
class MemberReadsTest {
  private static final Instant T = TestLedger.START;
  private final TestLedger ledger;
  private final FakeTokenService tokens;
  private final QueryServiceUnderTest service;

  MemberReadsTest(SharedReplica replica) {
    ledger = replica.ledger;
    tokens = replica.tokens;
    service = replica.service;
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

  /** Whatever key a replica still has in memory. */
  @Test
  void whoWasErasedByAnEventIsNobodyAtOnce() {
    var stream = new Stream();
    PersonId erased = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId one = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    var sealed = tokens.seal(erased, "erased@example.com");
    ledger.publish(
        stream.registered(), stream.next(new MemberAdded(one, erased, sealed, Role.OWNER, T)));
    service.awaitApplied(stream);
    var path = "/v1/organizations/" + stream.id + "/members";
    var before = service.get(member(stream, ALL), path).items();
    ledger.publish(
        stream.next(new MemberErased(one, T)), stream.next(new MemberRemoved(one, Role.OWNER, T)));
    service.awaitApplied(stream);

    assertThat(before.get(0).path("email").stringValue()).isEqualTo("erased@example.com");
    var removed = service.get(member(stream, ALL), path + "?status=removed").items();
    assertThat(removed.get(0).path("email").isNull()).isTrue();
    var events =
        service
            .get(
                member(stream, ALL),
                "/v1/organizations/" + stream.id + "/events?type=member.erased")
            .items();
    assertThat(events).hasSize(1);
    assertThat(events.get(0).at("/subject/id").stringValue()).isEqualTo(one.value());
  }

  @Test
  void whoHasYetToAcceptIsShownAsInvited() {
    var stream = new Stream();
    PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId accepted = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId invited = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId removed = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    var email = tokens.seal(person, "a@example.com");
    ledger.publish(
        stream.registered(),
        stream.next(new MemberAdded(accepted, person, email, Role.OWNER, T)),
        stream.next(new MemberAdded(invited, person, email, Role.AUDITOR, T)),
        stream.next(new MemberAdded(removed, person, email, Role.AUDITOR, T)),
        stream.next(new MemberRemoved(removed, Role.AUDITOR, T)));
    service.awaitApplied(stream);
    tokens.accept(accepted);
    var path = "/v1/organizations/" + stream.id + "/members?status=active,removed";

    var items = service.get(member(stream, ALL), path).items();
    tokens.away(true);
    var meanwhile = service.get(OPERATOR, path);
    tokens.away(false);
    tokens.accept(invited);
    var afterwards = service.get(OPERATOR, path).items();

    assertThat(ids(items)).containsExactly(removed.value(), invited.value(), accepted.value());
    assertThat(invitedOf(items)).containsExactly("null", "true", "false");
    assertThat(meanwhile.header("Keyledger-Incomplete")).isEqualTo("personal-data");
    assertThat(invitedOf(meanwhile.items())).containsExactly("null", "null", "false");
    assertThat(invitedOf(afterwards)).containsExactly("null", "false", "false");
  }

  private static List<String> invitedOf(JsonNode items) {
    return items.valueStream().map(item -> item.path("invited").toString()).toList();
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

    tokens.away(true);
    var meanwhile = service.get(OPERATOR, path);
    tokens.away(false);
    var afterwards = service.get(OPERATOR, path);
    long asked = tokens.questions();
    service.get(OPERATOR, path);

    assertThat(meanwhile.status()).isEqualTo(200);
    assertThat(meanwhile.items().get(0).path("email").isNull()).isTrue();
    assertThat(meanwhile.header("Keyledger-Incomplete")).isEqualTo("personal-data");
    assertThat(afterwards.items().get(0).path("email").stringValue()).isEqualTo("a@example.com");
    assertThat(afterwards.header("Keyledger-Incomplete")).isEmpty();
    assertThat(tokens.questions()).as("keys are kept for a while").isEqualTo(asked);
  }
}
