package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.organization.Revoking;
import dev.keyledger.events.Actor;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.KeyEvent.RotationRolledBack;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.Origin;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.feed.Revocation.Effect;
import dev.keyledger.events.feed.Revocation.Subject;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class RevocationRuleTest {
  private static final OrganizationId ORG = Acme.organization();
  private static final KeyId KEY = Acme.key();
  private static final BiFunction<KeyId, String, String> NAMES =
      (key, shown) -> key.equals(KEY) ? "name of " + shown : "of another key";
  private static final MemberId MEMBER = MemberId.of(LedgerFixture.uuid7());

  @Test
  void aKeyThatWasRevokedOrHasExpiredIsDead() {
    assertThat(List.of(of(Acme.revoked(KEY)), of(new KeyExpired(KEY, Acme.AT, Acme.AT))))
        .allSatisfy(r -> is(r, Subject.CREDENTIAL, KEY.value(), Effect.END))
        .allMatch(Revocation::endsTokens);
  }

  @Test
  void wherePolicyLetsThemExpireTokensOutlastTheirKey() {
    Policy p = Acme.POLICY;
    KeyRules k = p.keys();
    var lenient =
        new Policy(
            p.dialect(),
            p.environments(),
            p.environmentChoice(),
            p.liveEnvironments(),
            p.allowlistEnvironments(),
            new KeyRules(
                k.prefixes(),
                k.uses(),
                k.creators(),
                k.authority(),
                k.limit(),
                k.creationRate(),
                k.expiry(),
                k.defaultGrace(),
                k.maximumGrace(),
                KeyRules.OutstandingTokens.EXPIRE),
            p.keyTokens(),
            p.sessions(),
            p.roles(),
            p.onboardingPermissions());

    assertThat(RevocationRule.of(event(Acme.revoked(KEY)), lenient, NAMES, null).endsTokens())
        .isFalse();
  }

  @Test
  void whatNarrowsAKeySendsVerifiersBackToAsk() {
    is(
        of(new KeyScopesNarrowed(KEY, List.of(), List.of("clients.read"), Acme.AT)),
        Subject.CREDENTIAL,
        KEY.value(),
        Effect.RECHECK);
    is(
        of(new RotationCompleted(KEY, "kl_live_aB3dE5g", Acme.AT, Acme.AT)),
        Subject.CREDENTIAL,
        KEY.value(),
        Effect.RECHECK);
  }

  @Test
  void aSuspensionEndsNothingAndSendsVerifiersBackToAskAtItsBeginningAndItsEnd() {
    for (OrganizationEvent event :
        List.of(
            new KeySuspended(KEY, null, "why", Acme.AT), new KeyResumed(KEY, Acme.AT, Acme.AT))) {
      is(of(event), Subject.CREDENTIAL, KEY.value(), Effect.RECHECK);
    }
  }

  @Test
  void aRotationWithAGraceSendsVerifiersToAskWhenTheOlderSecretsTokensEnd() {
    is(
        of(Acme.rotated(KEY, Acme.AT.plusSeconds(60))),
        Subject.CREDENTIAL,
        KEY.value(),
        Effect.RECHECK);
  }

  @Test
  void aRotationThatIsRolledBackSendsVerifiersToAskAndSaysThatTheNewerSecretHasEnded() {
    var rolledBack = new RotationRolledBack(KEY, "kl_live_aB3dE5g", Acme.AT);
    is(of(rolledBack), Subject.CREDENTIAL, KEY.value(), Effect.RECHECK);
    assertThat(of(rolledBack).secret()).isEqualTo("name of kl_live_aB3dE5g");
  }

  @Test
  void aRotationThatIsCompletedSaysWhichSecretHasEnded() {
    assertThat(of(new RotationCompleted(KEY, "kl_live_aB3dE5g", Acme.AT, Acme.AT)).secret())
        .isEqualTo("name of kl_live_aB3dE5g");
    assertThat(of(Acme.revoked(KEY)).secret()).isNull();
  }

  @Test
  void aRoleThatChangesIsAskedAboutAndAMemberWhoIsRemovedIsGone() {
    is(
        of(new MemberRoleChanged(MEMBER, Role.ADMIN, Role.EMPLOYEE, Acme.AT)),
        Subject.MEMBER,
        MEMBER.value(),
        Effect.RECHECK);
    is(
        of(new MemberRemoved(MEMBER, Role.ADMIN, Acme.AT)),
        Subject.MEMBER,
        MEMBER.value(),
        Effect.END);
  }

  @Test
  void anOrganisationThatIsSuspendedOrReinstatedOrWhoseRulesChangeIsAskedAbout() {
    assertThat(
            List.of(
                of(new OrganizationSuspended(null, Acme.AT)),
                of(new OrganizationReinstated(Acme.AT)),
                of(new PolicyChanged(Acme.POLICY, Acme.POLICY, false, Acme.AT)),
                of(new IpAllowlistChanged(List.of(), List.of("10.0.0.0/8"), Acme.AT)),
                of(new OrganizationVerified(Acme.AT)),
                of(new LiveEnabled(Acme.AT))))
        .allSatisfy(r -> is(r, Subject.ORGANIZATION, ORG.value(), Effect.RECHECK));
  }

  @Test
  void whatTakesNothingAwayRevokesNothing() {
    assertThat(
            List.of(
                Acme.registered(ORG),
                Acme.created(KEY),
                Acme.renamed(KEY, "a", "b"),
                new KeyRotated(
                    KEY, new IssuedSecret("kl_live_x", Acme.VERIFIER, Acme.AT), null, Acme.AT)))
        .allSatisfy(event -> assertThat(of((OrganizationEvent) event)).isNull());
  }

  private static Revocation of(OrganizationEvent event) {
    Revocation revocation = RevocationRule.of(event(event), Acme.POLICY, NAMES, 4L);
    // What an organisation's state remembers as its newest is the same.
    assertThat(Revoking.revokes(event)).isEqualTo(revocation != null);
    return revocation;
  }

  private static LedgerEvent event(OrganizationEvent event) {
    return new LedgerEvent(
        ORG, 9, EventId.of(LedgerFixture.uuid7()), Actor.SYSTEM, Origin.NONE, event);
  }

  private static void is(Revocation revocation, Subject subject, String id, Effect effect) {
    assertThat(revocation.subject()).isEqualTo(subject);
    assertThat(revocation.id()).isEqualTo(id);
    assertThat(revocation.effect()).isEqualTo(effect);
    assertThat(revocation.stream()).isEqualTo(ORG.value());
    assertThat(revocation.position()).isEqualTo(9);
    assertThat(revocation.previous()).isEqualTo(4);
    assertThat(revocation.issuedBefore()).isEqualTo(Acme.AT.plusMillis(1));
  }
}
