package dev.keyledger.kit.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.RequestContext;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.policy.SessionRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A state that is put together by hand, as of a past time, is enough to ask what would have been
 * decided: no table of token-service's, no verifier, no server key.
 */
class DecisionOnHandBuiltStateTest {
  private static final Instant THEN = Instant.parse("2026-03-01T12:00:00Z");
  private static final OrganizationId ORG =
      new OrganizationId("org_0190f5c2-7b3a-7c4d-8e5f-0123456789ab");
  private static final MemberId CREATOR = MemberId.of(UuidCreator.getTimeOrderedEpoch());
  private static final KeyId KEY = KeyId.of(UuidCreator.getTimeOrderedEpoch());
  private static final RequestContext HOME = RequestContext.from("192.0.2.7");

  /**
   * What was known at one time; a record for each thing, as a fold over events would leave them.
   */
  private record Past(
      OrganizationRules rules, @Nullable Membership creator, PastKey key, boolean unreadable)
      implements AccessView, EndedCredentials {
    @Override
    public @Nullable OrganizationRules organization(OrganizationId id) {
      return id.equals(ORG) ? rules : null;
    }

    @Override
    public @Nullable Membership member(MemberId id) {
      return id.equals(CREATOR) ? creator : null;
    }

    @Override
    public @Nullable KeyFacts key(KeyId id) {
      return id.equals(KEY) ? key : null;
    }

    @Override
    public long positionOf(OrganizationId id) {
      return id.equals(ORG) ? 17 : -1;
    }

    @Override
    public boolean isUnreadable(OrganizationId id) {
      return unreadable;
    }

    @Override
    public boolean hidesKeys() {
      return false;
    }

    @Override
    public boolean hasEnded(SessionId session) {
      return false;
    }

    @Override
    public boolean hasEnded(String jti) {
      return jti.equals("ended");
    }

    @Override
    public boolean hasEndedTokensOf(KeyId key) {
      return false;
    }

    @Override
    public boolean hasEndedTokensOfSecret(String name) {
      return false;
    }
  }

  private record PastSecret(String name, KeyFacts key) implements SecretFacts {}

  private record PastKey(
      OrganizationRules organization,
      @Nullable Membership creator,
      KeyState state,
      long expiresAt,
      List<String> scopes,
      Map<String, Long> secrets)
      implements KeyFacts {
    @Override
    public KeyId id() {
      return KEY;
    }

    @Override
    public UUID uuid() {
      return KEY.uuid();
    }

    @Override
    public OrganizationId organizationId() {
      return ORG;
    }

    @Override
    public long organizationPosition() {
      return 17;
    }

    @Override
    public boolean hasCreator() {
      return true;
    }

    @Override
    public MemberId creatorId() {
      return CREATOR;
    }

    @Override
    public String environment() {
      return "live";
    }

    @Override
    public long suspendedUntil() {
      return ENDED;
    }

    @Override
    public long validUntil(SecretFacts secret) {
      return secrets.getOrDefault(secret.name(), Long.MIN_VALUE);
    }

    @Override
    public @Nullable SecretFacts secretNamed(String name) {
      return secrets.containsKey(name) ? new PastSecret(name, this) : null;
    }
  }

  private static OrganizationRules rules(boolean suspended, String... allowed) {
    var policy =
        new Policy(
            "canonical",
            List.of("test", "live"),
            Policy.EnvironmentChoice.CREATOR,
            List.of(),
            List.of("live"),
            new KeyRules(
                Map.of("test", "kl_test", "live", "kl_live"),
                List.of(KeyUse.DIRECT),
                KeyRules.Creators.PERMISSION,
                KeyRules.Authority.CREATOR,
                new KeyRules.Limit(5, KeyRules.Limit.Per.ENVIRONMENT),
                null,
                KeyRules.Expiry.OPTIONAL,
                Duration.ofDays(1),
                Duration.ofDays(7),
                KeyRules.OutstandingTokens.END),
            new KeyTokenRules(KeyTokenRules.Format.JWT, Duration.ofMinutes(15), null),
            new SessionRules(
                Duration.ofMinutes(15), Duration.ofDays(30), SessionRules.SecondStep.WHEN_ENROLLED),
            Map.of(
                Role.OWNER, List.of("clients.read", "clients.write"),
                Role.DEVELOPER, List.of("clients.read")),
            List.of());
    return new OrganizationRules(
        new OrganizationAccess(
            ORG,
            3,
            "tenant",
            OrganizationKind.STANDARD,
            true,
            true,
            suspended,
            List.of(allowed),
            policy));
  }

  private record PastMember(
      MemberId id, OrganizationId organization, PersonId person, Role role, boolean removed)
      implements Membership {}

  private static Membership creatorAs(Role role, boolean removed) {
    return new PastMember(
        CREATOR, ORG, PersonId.of(UuidCreator.getTimeOrderedEpoch()), role, removed);
  }

  private static Past past(OrganizationRules rules, Membership creator, KeyState state) {
    return new Past(rules, creator, key(rules, creator, state), false);
  }

  private static PastKey key(OrganizationRules rules, Membership creator, KeyState state) {
    return new PastKey(
        rules,
        creator,
        state,
        THEN.plusSeconds(60).toEpochMilli(),
        List.of(),
        Map.of("newer", Long.MAX_VALUE, "rotated", THEN.minusSeconds(1).toEpochMilli()));
  }

  private static KeyVerdict ask(Past state, String secret, RequestContext context, Instant at) {
    return new KeyDecision(state)
        .decideHeld(
            new PastSecret(secret, state.key()),
            Set.of(KeyUse.DIRECT),
            context,
            Set.of("clients.write"),
            at.toEpochMilli());
  }

  private static Code code(Past state) {
    return ask(state, "newer", HOME, THEN).code();
  }

  @Test
  void aKeyIsAcceptedWithThePowerThatItsCreatorHadThen() {
    var state = past(rules(false), creatorAs(Role.OWNER, false), KeyState.ACTIVE);

    var verdict = (KeyVerdict.Accepted) ask(state, "newer", HOME, THEN);

    assertThat(verdict.permissions()).containsExactlyInAnyOrder("clients.read", "clients.write");
    assertThat(verdict.position()).isEqualTo(17);
    assertThat(code(past(rules(false), creatorAs(Role.DEVELOPER, false), KeyState.ACTIVE)))
        .isEqualTo(Code.INSUFFICIENT_SCOPE);
    assertThat(code(past(rules(false), creatorAs(Role.OWNER, true), KeyState.ACTIVE)))
        .isEqualTo(Code.INSUFFICIENT_SCOPE);
  }

  @Test
  void eachRefusalIsTheOneThatWouldHaveBeenGiven() {
    var owner = creatorAs(Role.OWNER, false);
    var live = past(rules(false), owner, KeyState.ACTIVE);
    assertThat(code(past(rules(false), owner, KeyState.REVOKED))).isEqualTo(Code.REVOKED);
    assertThat(ask(live, "rotated", HOME, THEN).code()).isEqualTo(Code.REVOKED);
    assertThat(ask(live, "unknown", HOME, THEN).code()).isEqualTo(Code.REVOKED);
    assertThat(ask(live, "newer", HOME, THEN.plusSeconds(60)).code()).isEqualTo(Code.EXPIRED);
    assertThat(code(past(rules(true), owner, KeyState.ACTIVE)))
        .isEqualTo(Code.ORGANIZATION_SUSPENDED);
    assertThat(code(past(rules(false, "198.51.100.0/24"), owner, KeyState.ACTIVE)))
        .isEqualTo(Code.IP_NOT_ALLOWED);
    assertThat(code(past(rules(false, "192.0.2.0/24"), owner, KeyState.ACTIVE))).isEqualTo(Code.OK);
    var sandbox = new RequestContext("192.0.2.7", Set.of("test"), null);
    assertThat(ask(live, "newer", sandbox, THEN).code()).isEqualTo(Code.WRONG_ENVIRONMENT);
    var dialect = new RequestContext("192.0.2.7", Set.of(), "another");
    assertThat(ask(live, "newer", dialect, THEN).code()).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void aStateThatCannotTellSaysSo() {
    var owner = creatorAs(Role.OWNER, false);
    var unreadable = new Past(rules(false), owner, key(rules(false), owner, KeyState.ACTIVE), true);
    assertThatThrownBy(() -> code(unreadable)).isInstanceOf(UnknowableException.class);
  }

  @Test
  void aSecretThatIsShownToAViewWithoutVerifiersIsNobodys() {
    var state = past(rules(false), creatorAs(Role.OWNER, false), KeyState.ACTIVE);
    assertThat(
            new KeyDecision(state)
                .decide(KeyQuestion.direct("junk", HOME, Set.of()), true, THEN.toEpochMilli())
                .code())
        .isEqualTo(Code.MALFORMED);
  }

  private static AccessClaims claims(String jti) {
    return new AccessClaims(
        AccessClaims.Kind.API_KEY,
        jti,
        KEY.value(),
        ORG,
        "tenant",
        CREATOR,
        null,
        KEY,
        "newer",
        "live",
        Set.of("clients.read"),
        true,
        false,
        16,
        THEN.minusSeconds(60),
        THEN.plusSeconds(840));
  }

  @Test
  void aTokenIsJudgedByTheSameState() {
    var owner = creatorAs(Role.OWNER, false);
    var live = past(rules(false), owner, KeyState.ACTIVE);
    var revoked = past(rules(false), owner, KeyState.REVOKED);

    var active =
        (TokenVerdict.Active)
            new TokenDecision(live, live).decide(claims("jti"), HOME, true, THEN.toEpochMilli());
    assertThat(active.permissions()).containsExactly("clients.read");
    assertThat(
            new TokenDecision(revoked, revoked)
                .decide(claims("jti"), HOME, true, THEN.toEpochMilli()))
        .isEqualTo(new TokenVerdict.Inactive(Code.REVOKED));
    assertThat(
            new TokenDecision(live, live).decide(claims("ended"), HOME, true, THEN.toEpochMilli()))
        .isEqualTo(new TokenVerdict.Inactive(Code.REVOKED));
  }
}
