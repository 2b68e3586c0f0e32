package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.kit.decide.KeyDecision;
import dev.keyledger.kit.decide.KeyQuestion;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.decide.TokenDecision;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.SessionGrant;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of a token to who sees nothing else. */
class HoldsAsIssuedTest {
  private static final Instant NOW = Instant.parse("2026-05-28T14:43:58.000Z");

  private final TestServerKeys serverKeys = new TestServerKeys();
  private final AccessState state = new AccessState();
  private final EndedTokens ended = new EndedTokens(Duration.ofHours(24), new AtomicLong()::get);
  private final TestTenant tenant = new TestTenant(serverKeys);
  private final AccessTokens tokens =
      new AccessTokens(state, serverKeys, "http://localhost:8080", Duration.ofHours(24));
  private final KeyDecision keys =
      new KeyDecision(state, new PepperedSecrets(state, new Peppers(serverKeys)));
  private final TokenDecision decision = new TokenDecision(state, ended);
  private final SessionId session = SessionId.of(UuidCreator.getTimeOrderedEpoch());

  @BeforeEach
  void anOrganisationWithAnOwner() {
    state.apply(tenant.registered());
    state.apply(tenant.ownerAs(Role.OWNER));
  }

  private AccessClaims ofOwner() {
    return tokens.read(
        tokens
            .issueSession(
                new SessionGrant(
                    tenant.ownerPerson,
                    session,
                    false,
                    tenant.owner,
                    NOW,
                    Duration.ofMinutes(15),
                    NOW.plus(Duration.ofDays(1))))
            .token()
            .revealSecret());
  }

  private AccessClaims of(TestTenant.Key key) {
    state.apply(key.record());
    var accepted =
        (KeyVerdict.Accepted)
            keys.decide(
                KeyQuestion.exchange(key.secret, TestTenant.ANYWHERE), true, NOW.toEpochMilli());
    return tokens.read(
        tokens
            .issueForKey(
                accepted.key(),
                accepted.secret(),
                accepted.organization(),
                accepted.permissions(),
                false,
                accepted.position(),
                NOW)
            .token()
            .revealSecret());
  }

  private boolean holds(AccessClaims claims) {
    return decision.holdsAsIssued(claims, NOW.toEpochMilli());
  }

  private void end(Revocation.Subject subject, String id) {
    ended.apply(
        new Revocation(
            tenant.id,
            tenant.id.value(),
            1,
            null,
            subject,
            id,
            NOW,
            Revocation.Effect.END,
            true,
            NOW));
  }

  @Test
  void aTokenHoldsUntilItOrItsSessionEnds() {
    AccessClaims itself = ofOwner();
    AccessClaims another = ofOwner();
    assertThat(holds(itself)).isTrue();

    end(Revocation.Subject.TOKEN, itself.jti());
    assertThat(holds(itself)).isFalse();
    assertThat(holds(another)).isTrue();
    end(Revocation.Subject.SESSION, session.value());
    assertThat(holds(another)).isFalse();
  }

  @Test
  void oneOfAKeyHoldsUntilTheKeyEndsOrRests() {
    TestTenant.Key key = tenant.key("live", "clients.read");
    AccessClaims claims = of(key);
    assertThat(holds(claims)).isTrue();

    state.apply(key.suspended(null));
    assertThat(holds(claims)).isFalse();
    state.apply(key.resumed());
    assertThat(holds(claims)).isTrue();
    state.apply(key.revoked());
    assertThat(holds(claims)).isFalse();
  }

  @Test
  void noneOfASuspendedOrganisationHoldsWhileItIs() {
    AccessClaims owner = ofOwner();
    AccessClaims key = of(tenant.key("live", "clients.read"));
    state.apply(tenant.suspended(true));
    assertThat(holds(owner)).isFalse();
    assertThat(holds(key)).isFalse();
    state.apply(tenant.suspended(false));
    assertThat(holds(owner)).isTrue();
    assertThat(holds(key)).isTrue();
  }

  @Test
  void noneOfARemovedMemberHoldsNorOfAKeyOfTheirs() {
    AccessClaims owner = ofOwner();
    AccessClaims key = of(tenant.key("live", "clients.read"));
    state.apply(tenant.ownerRemoved());
    assertThat(holds(owner)).isFalse();
    assertThat(holds(key)).isFalse();
  }

  /** Who reads no more than the token would let it do what it says. */
  @Test
  void oneThatMayDoLessThanItSaysDoesNotHoldAndOneThatMayDoMoreDoes() {
    TestTenant.Key key = tenant.key("live", "clients.read", "clients.write");
    AccessClaims wide = of(key);
    AccessClaims owner = ofOwner();

    state.apply(key.narrowedTo("clients.read"));
    assertThat(holds(wide)).isFalse();
    AccessClaims narrow = of(key);
    assertThat(holds(narrow)).isTrue();
    state.apply(key.narrowedTo("clients.read", "clients.write"));
    assertThat(holds(narrow)).isTrue();
    state.apply(tenant.ownerAs(Role.DEVELOPER));
    assertThat(holds(owner)).isFalse();
  }

  /** From which address it is used, no list can know; whether it has to be looked at, it says. */
  @Test
  void oneThatSaysThatItIsBoundToAddressesHoldsAndOneThatCameToBeAndSaysNothingDoesNot() {
    AccessClaims free = ofOwner();
    AccessClaims ofKey = of(tenant.key("live", "clients.read"));
    state.apply(tenant.allowingEverywhere("192.0.2.0/24"));

    assertThat(holds(free)).isFalse();
    assertThat(holds(ofKey)).isFalse();
    AccessClaims bound = ofOwner();
    assertThat(bound.addressBound()).isTrue();
    assertThat(holds(bound)).isTrue();
    state.apply(tenant.allowing());
    assertThat(holds(bound)).isTrue();
    assertThat(holds(free)).isTrue();
  }

  @Test
  void whatATokensTimeEndsIsLeftToItsTime() {
    AccessClaims live = ofOwner();
    AccessClaims revoked = ofOwner();
    end(Revocation.Subject.TOKEN, revoked.jti());
    long after = live.expiresAt().plusSeconds(60).toEpochMilli();

    assertThat(decision.holdsAsIssued(live, after)).isTrue();
    assertThat(decision.holdsAsIssued(revoked, after)).isFalse();
    state.apply(
        tenant.withPolicy(
            p -> TestTenant.withLifetimes(p, Duration.ofMinutes(1), Duration.ofMinutes(15))));
    long minute = NOW.plusSeconds(60).toEpochMilli();
    assertThat(decision.holdsAsIssued(live, minute - 1)).isTrue();
    assertThat(decision.holdsAsIssued(live, minute)).isFalse();
  }

  @Test
  void oneThatCannotBeToldOfDoesNotHold() {
    AccessClaims owner = ofOwner();
    state.applyUnreadable(Torn.access(tenant.id.value(), tenant.id, 0));
    assertThat(holds(owner)).isFalse();
  }

  /** Issued by a replica that was ahead of this one: what this one says is of before. */
  @Test
  void oneThatThisReplicaIsBehindHoldsUnlessItIsKnownToHaveEnded() {
    TestTenant.Key key = tenant.key("live", "clients.read");
    AccessClaims claims = of(key);
    var behind = new AccessState();
    var late = new TokenDecision(behind, ended);
    assertThat(late.holdsAsIssued(claims, NOW.toEpochMilli())).isTrue();
    // None is behind for so long: it knows nothing of it for another reason.
    assertThat(late.holdsAsIssued(claims, NOW.plusSeconds(60).toEpochMilli())).isFalse();
    assertThat(late.holdsAsIssued(claims, NOW.plusSeconds(60).toEpochMilli() - 1)).isTrue();

    end(Revocation.Subject.CREDENTIAL, key.id.value());
    assertThat(late.holdsAsIssued(claims, NOW.toEpochMilli())).isFalse();
    AccessClaims owner = ofOwner();
    assertThat(late.holdsAsIssued(owner, NOW.toEpochMilli())).isTrue();
    end(Revocation.Subject.SESSION, session.value());
    assertThat(late.holdsAsIssued(owner, NOW.toEpochMilli())).isFalse();
    AccessClaims another = of(tenant.key("live", "clients.read"));
    assertThat(late.holdsAsIssued(another, NOW.toEpochMilli())).isTrue();
    // It has caught up, and so decides.
    behind.apply(tenant.suspended(true));
    assertThat(late.holdsAsIssued(another, NOW.toEpochMilli())).isFalse();
  }
}
