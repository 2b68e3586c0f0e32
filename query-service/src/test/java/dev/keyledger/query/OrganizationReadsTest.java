package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static dev.keyledger.query.SharedReplica.ids;
import static dev.keyledger.query.SharedReplica.json;
import static dev.keyledger.query.SharedReplica.tightened;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Organisations and their policies. */
@ExtendWith(SharedReplica.Resolver.class)
class OrganizationReadsTest {
  private static final Instant T = TestLedger.START;
  private final TestLedger ledger;
  private final QueryServiceUnderTest service;

  OrganizationReadsTest(SharedReplica replica) {
    ledger = replica.ledger;
    service = replica.service;
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
}
