package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.RequestContext;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.events.policy.KeyRules.OutstandingTokens;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.kit.decide.KeyDecision;
import dev.keyledger.kit.decide.KeyQuestion;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.decide.TokenDecision;
import dev.keyledger.kit.decide.TokenVerdict;
import dev.keyledger.kit.decide.UnknowableException;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.SessionGrant;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenDecisionTest {
  private static final Instant NOW = Instant.parse("2026-05-28T14:43:58.000Z");

  private final TestServerKeys serverKeys = new TestServerKeys();
  private final AccessState state = new AccessState();
  private final AtomicLong nanoTime = new AtomicLong();
  private final EndedTokens ended = new EndedTokens(Duration.ofHours(24), nanoTime::get);
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

  private AccessClaims sessionToken(boolean operator) {
    return tokens.read(
        tokens
            .issueSession(
                new SessionGrant(
                    tenant.ownerPerson,
                    session,
                    operator,
                    operator ? null : tenant.owner,
                    NOW,
                    Duration.ofMinutes(15),
                    NOW.plus(Duration.ofDays(1))))
            .token()
            .revealSecret());
  }

  private AccessClaims keyToken(TestTenant.Key key, String... narrowed) {
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
                narrowed.length == 0 ? accepted.permissions() : Set.of(narrowed),
                narrowed.length > 0,
                accepted.position(),
                NOW)
            .token()
            .revealSecret());
  }

  private String code(AccessClaims claims) {
    return code(claims, TestTenant.ANYWHERE, NOW);
  }

  private String code(AccessClaims claims, RequestContext context, Instant at) {
    return switch (decision.decide(claims, context, true, at.toEpochMilli())) {
      case TokenVerdict.Active active -> "active";
      case TokenVerdict.Inactive inactive -> inactive.code().text();
    };
  }

  private Set<String> permissions(AccessClaims claims) {
    return ((TokenVerdict.Active)
            decision.decide(claims, TestTenant.ANYWHERE, true, NOW.toEpochMilli()))
        .permissions();
  }

  private Revocation end(Revocation.Subject subject, String id, boolean endsTokens) {
    return new Revocation(
        tenant.id,
        "sessions:" + tenant.id.value(),
        1,
        null,
        subject,
        id,
        NOW,
        Revocation.Effect.END,
        endsTokens,
        NOW);
  }

  @Test
  void aTokenEndsAtTheInstantItSays() {
    AccessClaims claims = sessionToken(false);
    assertThat(code(claims, TestTenant.ANYWHERE, NOW.plusSeconds(900).minusMillis(1)))
        .isEqualTo("active");
    assertThat(code(claims, TestTenant.ANYWHERE, NOW.plusSeconds(900))).isEqualTo("expired");
  }

  @Test
  void endingASessionEndsItsTokens() {
    AccessClaims claims = sessionToken(false);
    ended.apply(end(Revocation.Subject.SESSION, session.value(), true));
    assertThat(code(claims)).isEqualTo("revoked");
  }

  @Test
  void endingOneTokenLeavesItsSiblings() {
    AccessClaims one = sessionToken(false);
    AccessClaims two = sessionToken(false);
    ended.apply(end(Revocation.Subject.TOKEN, one.jti(), true));
    assertThat(code(one)).isEqualTo("revoked");
    assertThat(code(two)).isEqualTo("active");
  }

  @Test
  void aPersonsPermissionsAreThoseOfTheirRoleNow() {
    AccessClaims claims = sessionToken(false);
    state.apply(tenant.ownerAs(Role.DEVELOPER));
    assertThat(permissions(claims)).containsExactly("clients.read");
    state.apply(tenant.ownerRemoved());
    assertThat(code(claims)).isEqualTo("revoked");
  }

  @Test
  void aSuspendedOrganisationsTokensAreNoGoodUntilItIsReinstated() {
    AccessClaims person = sessionToken(false);
    AccessClaims key = keyToken(tenant.key("live"));
    state.apply(tenant.suspended(true));
    assertThat(code(person)).isEqualTo("organization_suspended");
    assertThat(code(key)).isEqualTo("organization_suspended");
    state.apply(tenant.suspended(false));
    assertThat(code(person)).isEqualTo("active");
  }

  @Test
  void anOperatorIsBoundByNoOrganisation() {
    AccessClaims operator = sessionToken(true);
    state.apply(tenant.suspended(true));
    state.apply(tenant.allowing("198.51.100.0/24"));
    assertThat(code(operator)).isEqualTo("active");
    assertThat(operator.organization()).isNull();
  }

  @Test
  void aRevokedKeysTokensEndOrRunOutAsPolicySays() {
    TestTenant.Key key = tenant.key("live");
    AccessClaims claims = keyToken(key);
    state.apply(key.revoked());
    assertThat(code(claims)).isEqualTo("revoked");
    letTokensRunOut();
    assertThat(code(claims)).isEqualTo("active");
  }

  @Test
  void tokensThatEndedWithTheirKeyStayEndedWhateverPolicySaysLater() {
    TestTenant.Key key = tenant.key("live");
    AccessClaims claims = keyToken(key);
    state.apply(key.revoked());
    ended.apply(end(Revocation.Subject.CREDENTIAL, key.id.value(), true));
    letTokensRunOut();
    assertThat(code(claims)).isEqualTo("revoked");
  }

  @Test
  void tokensOfASecretThatWasRotatedAwayEndWithItWherePolicySaysEnd() {
    TestTenant.Key key = tenant.key("live");
    AccessClaims ofOlder = keyToken(key);
    state.apply(key.rotated(NOW.plusSeconds(60)));
    AccessClaims ofNewer = keyToken(key);
    assertThat(code(ofOlder)).isEqualTo("active");
    assertThat(code(ofOlder, TestTenant.ANYWHERE, NOW.plusSeconds(60))).isEqualTo("revoked");
    assertThat(code(ofNewer, TestTenant.ANYWHERE, NOW.plusSeconds(60))).isEqualTo("active");
  }

  @Test
  void tokensThatEndedWithTheirSecretStayEndedWhateverPolicySaysLater() {
    TestTenant.Key key = tenant.key("live");
    AccessClaims ofOlder = keyToken(key);
    state.apply(key.rotated(NOW));
    AccessClaims ofNewer = keyToken(key);
    ended.apply(
        end(Revocation.Subject.CREDENTIAL, key.id.value(), true).ofSecret(ofOlder.secret()));
    letTokensRunOut();
    assertThat(code(ofOlder)).isEqualTo("revoked");
    assertThat(code(ofNewer)).isEqualTo("active");
  }

  @Test
  void tokensThatWereLeftToRunOutWithTheirSecretDoSo() {
    TestTenant.Key key = tenant.key("live");
    AccessClaims ofOlder = keyToken(key);
    letTokensRunOut();
    state.apply(key.rotated(NOW));
    ended.apply(
        end(Revocation.Subject.CREDENTIAL, key.id.value(), false).ofSecret(ofOlder.secret()));
    assertThat(code(ofOlder)).isEqualTo("active");
  }

  @Test
  void noTokenLivesLongerThanPolicySaysBy() {
    AccessClaims person = sessionToken(false);
    AccessClaims key = keyToken(tenant.key("live"));
    state.apply(
        tenant.withPolicy(
            p -> TestTenant.withLifetimes(p, Duration.ofMinutes(5), Duration.ofMinutes(3))));
    assertThat(code(person, TestTenant.ANYWHERE, NOW.plusSeconds(300).minusMillis(1)))
        .isEqualTo("active");
    assertThat(code(person, TestTenant.ANYWHERE, NOW.plusSeconds(300))).isEqualTo("expired");
    assertThat(code(key, TestTenant.ANYWHERE, NOW.plusSeconds(180).minusMillis(1)))
        .isEqualTo("active");
    assertThat(code(key, TestTenant.ANYWHERE, NOW.plusSeconds(180))).isEqualTo("expired");
  }

  private void letTokensRunOut() {
    state.apply(
        tenant.withPolicy(p ->
            TestTenant.with(
                p, List.of(KeyUse.EXCHANGE), Authority.CREATOR, OutstandingTokens.EXPIRE)));
  }

  @Test
  void aNarrowedTokenStaysNarrowAndShrinksWithItsKey() {
    TestTenant.Key key = tenant.key("live");
    AccessClaims claims = keyToken(key, "clients.read", "clients.write");
    assertThat(permissions(claims)).containsExactlyInAnyOrder("clients.read", "clients.write");
    state.apply(tenant.ownerAs(Role.DEVELOPER));
    assertThat(permissions(claims)).containsExactly("clients.read");
  }

  @Test
  void environmentAndAddressBindAKeysToken() {
    AccessClaims claims = keyToken(tenant.key("live"));
    assertThat(code(claims, new RequestContext("", Set.of("test"), null), NOW))
        .isEqualTo("wrong_environment");
    state.apply(tenant.allowing("198.51.100.0/24"));
    assertThat(code(claims)).isEqualTo("ip_not_allowed");
    assertThat(code(claims, new RequestContext("198.51.100.3", Set.of("live"), null), NOW))
        .isEqualTo("active");
  }

  @Test
  void anOldViewOrAnUnreadableRecordCannotTell() {
    AccessClaims claims = sessionToken(false);
    assertThatThrownBy(
            () -> decision.decide(claims, TestTenant.ANYWHERE, false, NOW.toEpochMilli()))
        .isInstanceOf(UnknowableException.class);
    state.applyUnreadable(Torn.access(tenant.id.value(), tenant.id, 0));
    assertThatThrownBy(() -> code(claims)).isInstanceOf(UnknowableException.class);
  }

  @Test
  void whatEndedIsForgottenByMonotonicTimeOnceNoTokenOfItCanLive() {
    ended.apply(end(Revocation.Subject.SESSION, session.value(), true));
    ended.apply(end(Revocation.Subject.TOKEN, "a-jti", true));
    nanoTime.addAndGet(Duration.ofHours(24).toNanos());
    ended.forgetTheLongDead();
    assertThat(ended.hasEnded(session)).isTrue();
    assertThat(ended.hasEnded("a-jti")).isTrue();

    nanoTime.incrementAndGet();
    ended.forgetTheLongDead();

    assertThat(ended.hasEnded(session)).isFalse();
    assertThat(ended.hasEnded("a-jti")).isFalse();
  }
}
