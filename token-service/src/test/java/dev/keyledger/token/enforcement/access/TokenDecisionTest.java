package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.RequestContext;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.events.policy.KeyRules.OutstandingTokens;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.kit.decide.Code;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenDecisionTest {
  private static final Instant NOW = Instant.parse("2026-05-28T14:43:58.000Z");
  private static final List<Revocation.Subject> REMEMBERED =
      List.of(
          Revocation.Subject.SESSION,
          Revocation.Subject.TOKEN,
          Revocation.Subject.CREDENTIAL,
          Revocation.Subject.MEMBER,
          Revocation.Subject.ORGANIZATION);

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

  private TokenVerdict verdict(AccessClaims claims) {
    return decision.decide(claims, TestTenant.ANYWHERE, true, NOW.toEpochMilli());
  }

  private String reason(AccessClaims claims) {
    return ((TokenVerdict.Inactive) verdict(claims)).reason();
  }

  private TokenVerdict.Active active(AccessClaims claims) {
    return (TokenVerdict.Active) verdict(claims);
  }

  private AccessClaims ofNoOrganization() {
    return tokens.read(
        tokens
            .issueSession(
                new SessionGrant(
                    tenant.ownerPerson,
                    session,
                    false,
                    null,
                    NOW,
                    Duration.ofMinutes(15),
                    NOW.plus(Duration.ofDays(1))))
            .token()
            .revealSecret());
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
  void aTokenOfASuspendedKeyIsRefusedAsLongAsTheKeyWhateverPolicySaysOfEndedKeys() {
    for (OutstandingTokens outstanding : OutstandingTokens.values()) {
      state.apply(
          tenant.withPolicy(policy ->
              TestTenant.with(policy, List.of(KeyUse.EXCHANGE), Authority.CREATOR, outstanding)));
      TestTenant.Key key = tenant.key("live");
      AccessClaims token = keyToken(key);
      Instant until = NOW.plusSeconds(60);
      state.apply(key.suspended(until));

      assertThat(code(token)).isEqualTo("key_suspended");
      assertThat(code(token, TestTenant.ANYWHERE, until)).isEqualTo("active");
      state.apply(key.resumed());
      assertThat(code(token)).isEqualTo("active");
    }
  }

  @Test
  void aTokenEndsAtTheInstantItSays() {
    for (AccessClaims claims :
        List.of(sessionToken(false), sessionToken(true), ofNoOrganization())) {
      assertThat(code(claims, TestTenant.ANYWHERE, NOW.plusSeconds(900).minusMillis(1)))
          .isEqualTo("active");
      assertThat(code(claims, TestTenant.ANYWHERE, NOW.plusSeconds(900))).isEqualTo("expired");
    }
  }

  @Test
  void ofATokenThereIsSomethingLeftToEndUntilItsTimeOrARevocationHas() {
    AccessClaims claims = sessionToken(false);
    long end = claims.expiresAt().toEpochMilli();
    assertThat(decision.standing(claims, end - 1)).isInstanceOf(TokenVerdict.Active.class);
    assertThat(decision.standing(claims, end)).isEqualTo(new TokenVerdict.Inactive(Code.EXPIRED));
    state.apply(tenant.ownerRemoved());
    assertThat(decision.standing(claims, end - 1)).isInstanceOf(TokenVerdict.Active.class);
    ended.apply(end(Revocation.Subject.TOKEN, claims.jti(), true));
    assertThat(decision.standing(claims, end - 1))
        .isEqualTo(new TokenVerdict.Inactive(Code.REVOKED));
  }

  private boolean uncontested(AccessClaims claims, RequestContext context, Instant at) {
    return decision.isUncontested(claims, context, at.toEpochMilli());
  }

  private boolean uncontested(AccessClaims claims) {
    return uncontested(claims, TestTenant.ANYWHERE, NOW);
  }

  @Test
  void nothingSpeaksAgainstAPersonsTokenUntilSomethingIsKnown() {
    AccessClaims claims = sessionToken(false);
    AccessClaims operator = sessionToken(true);
    AccessClaims alone = ofNoOrganization();
    Instant end = claims.expiresAt();
    for (AccessClaims each : List.of(claims, operator, alone)) {
      assertThat(uncontested(each)).isTrue();
      assertThat(uncontested(each, TestTenant.ANYWHERE, end.minusMillis(1))).isTrue();
      assertThat(uncontested(each, TestTenant.ANYWHERE, end)).isFalse();
    }
    assertThat(uncontested(keyToken(tenant.key("live")))).isFalse();
    var another = new RequestContext("", Set.of(), "another");
    assertThat(uncontested(claims, another, NOW)).isFalse();
    assertThat(uncontested(operator, another, NOW)).isTrue();

    ended.apply(end(Revocation.Subject.SESSION, session.value(), true));
    for (AccessClaims each : List.of(claims, operator, alone)) {
      assertThat(uncontested(each)).isFalse();
    }
  }

  @Test
  void aPersonsTokenIsContestedByWhatIsKnownOfTheirOrganisationAndMembership() {
    AccessClaims claims = sessionToken(false);
    var elsewhere = new AccessState();
    var knowingNobody = new TokenDecision(elsewhere, ended);
    assertThat(knowingNobody.isUncontested(claims, TestTenant.ANYWHERE, NOW.toEpochMilli()))
        .isFalse();
    elsewhere.apply(tenant.registered());
    assertThat(knowingNobody.isUncontested(claims, TestTenant.ANYWHERE, NOW.toEpochMilli()))
        .isFalse();

    state.apply(tenant.allowingEverywhere("198.51.100.0/24"));
    assertThat(uncontested(claims, RequestContext.from("203.0.113.1"), NOW)).isFalse();
    assertThat(uncontested(claims, RequestContext.from("198.51.100.1"), NOW)).isTrue();
    state.apply(tenant.allowing());
    assertThat(uncontested(claims)).isTrue();
    state.apply(tenant.suspended(true));
    assertThat(uncontested(claims)).isFalse();
    state.apply(tenant.suspended(false));
    state.apply(tenant.ownerRemoved());
    assertThat(uncontested(claims)).isFalse();
  }

  @Test
  void aListThatBindsAllEnvironmentsBindsPeopleToo() {
    AccessClaims claims = sessionToken(false);
    assertThat(active(claims).addressBound()).isFalse();
    state.apply(tenant.allowing("198.51.100.0/24"));
    assertThat(active(claims).addressBound()).isFalse();
    state.apply(tenant.allowingEverywhere("198.51.100.0/24"));
    assertThat(code(claims)).isEqualTo("ip_not_allowed");
    var there = RequestContext.from("198.51.100.1");
    assertThat(decision.decide(claims, there, true, NOW.toEpochMilli()))
        .isInstanceOfSatisfying(
            TokenVerdict.Active.class, verdict -> assertThat(verdict.addressBound()).isTrue());
    assertThat(code(ofNoOrganization())).isEqualTo("active");
  }

  @Test
  void inAnotherDialectATokenIsNotKnownWhateverBecameOfIt() {
    AccessClaims person = sessionToken(false);
    AccessClaims key = keyToken(tenant.key("live"));
    var own = new RequestContext("", Set.of(), "canonical");
    var another = new RequestContext("", Set.of(), "another");
    for (AccessClaims claims : List.of(person, key)) {
      assertThat(code(claims, own, NOW)).isEqualTo("active");
      assertThat(code(claims, own, claims.expiresAt())).isEqualTo("expired");
      assertThat(code(claims, another, NOW)).isEqualTo("not_found");
      assertThat(code(claims, another, claims.expiresAt())).isEqualTo("not_found");
    }
    assertThat(code(sessionToken(true), another, NOW)).isEqualTo("active");
    assertThat(code(ofNoOrganization(), another, NOW)).isEqualTo("active");
    // Of an organisation that isn't known nothing says which dialect is its own.
    var knowingNobody = new TokenDecision(new AccessState(), ended);
    assertThat(knowingNobody.decide(person, another, true, NOW.toEpochMilli()))
        .isEqualTo(new TokenVerdict.Inactive(Code.REVOKED));
  }

  @Test
  void aPersonWithoutAnOrganisationActsForThemselvesAlone() {
    AccessClaims alone = ofNoOrganization();
    assertThat(alone.isForOwnAccountAlone()).isTrue();
    assertThat(alone.person()).isEqualTo(tenant.ownerPerson);
    assertThat(active(alone).permissions()).isEmpty();
    assertThat(active(alone).position()).isEqualTo(-1);
    assertThat(sessionToken(false).isForOwnAccountAlone()).isFalse();
    assertThat(sessionToken(false).person()).isEqualTo(tenant.ownerPerson);
    assertThat(sessionToken(true).isForOwnAccountAlone()).isFalse();
    AccessClaims key = keyToken(tenant.key("live").madeByOperator());
    assertThat(key.isForOwnAccountAlone()).isFalse();
    assertThat(key.person()).isNull();
  }

  @Test
  void whyATokenEndedIsToldWhereItsMemberWasRemoved() {
    AccessClaims person = sessionToken(false);
    AccessClaims other = sessionToken(false);
    ended.apply(end(Revocation.Subject.TOKEN, person.jti(), true));
    assertThat(reason(person)).isEqualTo("revoked");
    state.apply(tenant.ownerRemoved());
    assertThat(reason(person)).isEqualTo(TokenVerdict.Inactive.MEMBER_REMOVED);
    assertThat(reason(other)).isEqualTo(TokenVerdict.Inactive.MEMBER_REMOVED);
  }

  @Test
  void aKeysTokensEndForTheirMembersRemovalWhereKeysActForTheirCreatorAndOnlyThere() {
    TestTenant.Key key = tenant.key("live");
    TestTenant.Key operators = tenant.key("live").madeByOperator();
    AccessClaims one = keyToken(key);
    AccessClaims two = keyToken(key);
    AccessClaims three = keyToken(tenant.key("live"));
    AccessClaims nobodys = keyToken(operators);
    assertThat(active(three).powerless()).isFalse();
    state.apply(tenant.ownerRemoved());
    assertThat(active(three).powerless()).isTrue();
    ended.apply(end(Revocation.Subject.TOKEN, one.jti(), true));
    ended.apply(end(Revocation.Subject.TOKEN, nobodys.jti(), true));
    state.apply(key.revoked());

    assertThat(List.of(reason(one), reason(two)))
        .containsOnly(TokenVerdict.Inactive.MEMBER_REMOVED);
    assertThat(reason(nobodys)).isEqualTo("revoked");
    ended.apply(end(Revocation.Subject.CREDENTIAL, three.key().value(), true));
    assertThat(reason(three)).isEqualTo(TokenVerdict.Inactive.MEMBER_REMOVED);

    state.apply(
        tenant.withPolicy(p ->
            TestTenant.with(
                p, List.of(KeyUse.EXCHANGE), Authority.ORGANIZATION, OutstandingTokens.END)));
    assertThat(List.of(reason(one), reason(two), reason(three))).containsOnly("revoked");
    assertThat(
            new TokenDecision(new AccessState(), ended).decide(one, TestTenant.ANYWHERE, true, 0))
        .isEqualTo(new TokenVerdict.Inactive(Code.REVOKED));
  }

  @Test
  void aTokenOfAKeyThatIsNotKnownIsNotFoundUnlessARecordIsMissing() {
    AccessClaims claims = keyToken(tenant.key("live"));
    var other = new AccessState();
    other.apply(tenant.registered());
    var knowingNoKey = new TokenDecision(other, ended);
    assertThat(knowingNoKey.decide(claims, TestTenant.ANYWHERE, true, NOW.toEpochMilli()))
        .isEqualTo(new TokenVerdict.Inactive(Code.NOT_FOUND));
    var elsewhere = new TestTenant(serverKeys);
    other.applyUnreadable(
        Torn.access(elsewhere.key("live").id.value(), elsewhere.id, Topics.partitionOf(tenant.id)));
    assertThatThrownBy(
            () -> knowingNoKey.decide(claims, TestTenant.ANYWHERE, true, NOW.toEpochMilli()))
        .isInstanceOf(UnknowableException.class);
  }

  @Test
  void aVerdictSaysByWhichPositionAndUntilWhenItHolds() {
    TestTenant.Key key = tenant.key("live");
    AccessClaims ofOlder = keyToken(key);
    assertThat(active(ofOlder).position()).isEqualTo(tenant.position());
    assertThat(active(ofOlder).until()).isEqualTo(ofOlder.expiresAt().toEpochMilli());
    state.apply(key.rotated(NOW.plusSeconds(60)));
    assertThat(active(ofOlder).until()).isEqualTo(NOW.plusSeconds(60).toEpochMilli());
    assertThat(active(ofOlder).position()).isEqualTo(tenant.position());
    AccessClaims person = sessionToken(false);
    assertThat(active(person).position()).isEqualTo(tenant.position());
    assertThat(active(person).until()).isEqualTo(person.expiresAt().toEpochMilli());
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
    // It has no beginning, and goes on beyond the largest number.
    for (long began : new long[] {0, Long.MAX_VALUE - 5}) {
      nanoTime.set(began);
      KeyId key = tenant.key("live").id;
      ended.apply(end(Revocation.Subject.SESSION, session.value(), true));
      ended.apply(end(Revocation.Subject.TOKEN, "a-jti", true));
      ended.apply(end(Revocation.Subject.CREDENTIAL, key.value(), true));
      ended.apply(end(Revocation.Subject.CREDENTIAL, key.value(), true).ofSecret("a-secret"));
      nanoTime.addAndGet(Duration.ofHours(24).toNanos());
      ended.forgetTheLongDead();
      assertThat(ended.hasEnded(session)).isTrue();
      assertThat(ended.hasEnded("a-jti")).isTrue();
      assertThat(ended.hasEndedTokensOf(key)).isTrue();
      assertThat(ended.hasEndedTokensOfSecret("a-secret")).isTrue();
      assertThat(REMEMBERED).extracting(ended::count).containsExactly(1, 1, 2, 0, 0);

      nanoTime.incrementAndGet();
      ended.forgetTheLongDead();

      assertThat(ended.hasEnded(session)).isFalse();
      assertThat(ended.hasEnded("a-jti")).isFalse();
      assertThat(ended.hasEndedTokensOf(key)).isFalse();
      assertThat(ended.hasEndedTokensOfSecret("a-secret")).isFalse();
      assertThat(REMEMBERED).extracting(ended::count).containsOnly(0);
    }
  }

  @ParameterizedTest
  @EnumSource(Revocation.Subject.class)
  void whatIsOnlyToBeAskedAboutAgainHasNotEnded(Revocation.Subject subject) {
    AccessClaims person = sessionToken(false);
    AccessClaims key = keyToken(tenant.key("live"));
    for (String id :
        List.of(
            session.value(),
            person.jti(),
            key.jti(),
            key.key().value(),
            tenant.owner.value(),
            tenant.id.value())) {
      Revocation end = end(subject, id, true);
      ended.apply(
          new Revocation(
              end.organization(),
              end.stream(),
              end.position(),
              null,
              subject,
              id,
              NOW,
              Revocation.Effect.RECHECK,
              true,
              NOW));
    }
    assertThat(List.of(code(person), code(key))).containsOnly("active");
    assertThat(ended.count(subject)).isZero();
  }

  /** Their records say so, for ever. */
  @Test
  void ofMembersAndOrganisationsNothingIsRememberedHere() {
    ended.apply(end(Revocation.Subject.MEMBER, tenant.owner.value(), true));
    ended.apply(end(Revocation.Subject.ORGANIZATION, tenant.id.value(), true));
    ended.apply(end(Revocation.Subject.CREDENTIAL, tenant.key("live").id.value(), false));
    assertThat(REMEMBERED).extracting(ended::count).containsOnly(0);
  }
}
