package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.OPERATOR;
import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.organization.Key.Status;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.UpdateKey;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.Refusal.KeyNotActive;
import dev.keyledger.command.organization.Refusal.KeyNotFound;
import dev.keyledger.command.organization.Refusal.ScopeWidening;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangingKeysTest {
  private final Given given = Given.anOrganizationOn("standard");
  private final Actor owner = given.member(Role.OWNER);
  private final KeyId scoped =
      given.key("live", owner.member(), List.of("clients.read", "clients.write"), null);
  private final KeyId unscoped = given.key("live", owner.member());

  private UpdateKey narrow(KeyId key, String... scopes) {
    return new UpdateKey(ORGANIZATION, given.by(owner), key, null, List.of(scopes));
  }

  private RevokeKey revoke(KeyId key, Actor by) {
    return new RevokeKey(ORGANIZATION, given.by(by), key, "leaked");
  }

  @Test
  void scopesNarrow() {
    assertThat(given.when(narrow(scoped, "clients.read")))
        .containsExactly(
            new KeyScopesNarrowed(
                scoped,
                List.of("clients.read", "clients.write"),
                List.of("clients.read"),
                given.now()));
  }

  @Test
  void anyScopesNarrowAKeyThatHasNone() {
    assertThat(given.when(narrow(unscoped, "products.read"))).hasSize(1);
  }

  @Test
  void scopesDoNotWiden() {
    assertThat(given.refused(narrow(scoped, "clients.read", "products.read")))
        .isEqualTo(new ScopeWidening());
  }

  @Test
  void anUnscopedKeyNarrowsToWhatThePolicyKnows() {
    assertThat(given.refused(narrow(unscoped, "clients.read", "clinets.read")))
        .isInstanceOfSatisfying(InvalidField.class, r -> assertThat(r.field()).isEqualTo("scopes"));
    assertThat(given.when(narrow(unscoped, "clients.read"))).hasSize(1);
  }

  @Test
  void aKeyThatWasGivenAnUnknownScopeOnceKeepsItOrLosesIt() {
    KeyId old = given.key("live", owner.member(), List.of("clinets.read", "clients.read"), null);
    assertThat(given.refused(narrow(old, "clinets.read", "clinets.write")))
        .isEqualTo(new ScopeWidening());
    assertThat(given.when(narrow(old, "clinets.read"))).hasSize(1);
  }

  @Test
  void noScopesAtAllWouldWidenAScopedKey() {
    assertThat(given.refused(narrow(scoped))).isEqualTo(new ScopeWidening());
    assertThat(given.when(narrow(unscoped))).isEmpty();
  }

  @Test
  void theSameScopesInAnotherOrderChangeNothing() {
    assertThat(given.when(narrow(scoped, "clients.write", "clients.read"))).isEmpty();
  }

  @Test
  void aKeyIsRenamedAndNarrowedInOneDecisionOrNotAtAll() {
    var both =
        new UpdateKey(ORGANIZATION, given.by(owner), scoped, "new name", List.of("clients.read"));
    assertThat(given.when(both))
        .hasSize(2)
        .endsWith(new KeyRenamed(scoped, "key", "new name", given.now()));
    assertThat(
            given.refused(
                new UpdateKey(ORGANIZATION, given.by(owner), scoped, "newer", List.of("x.y"))))
        .isEqualTo(new ScopeWidening());
    assertThat(given.stateOf(scoped).name()).isEqualTo("new name");
  }

  @Test
  void aBlankNameIsAnInvalidField() {
    assertThat(
            Given.refusalOf(() -> new UpdateKey(ORGANIZATION, given.by(owner), scoped, " ", null)))
        .isInstanceOf(InvalidField.class);
  }

  @Test
  void revokingARevokedKeyChangesNothingAndIsNoRefusal() {
    assertThat(given.when(revoke(scoped, owner)))
        .containsExactly(new KeyRevoked(scoped, KeyRevoked.Cause.REQUESTED, "leaked", given.now()));
    assertThat(given.when(revoke(scoped, owner))).isEmpty();
    assertThat(given.stateOf(scoped).statusAt(given.now())).isEqualTo(Status.REVOKED);
  }

  @Test
  void sinceWhenOthersMayHaveHadAKeyIsInItsEndAndLiesInItsLife() {
    Instant made = given.stateOf(scoped).createdAt();
    given.later(Duration.ofHours(1));
    assertThat(refusedSince(made.minusMillis(1))).isInstanceOf(InvalidField.class);
    assertThat(refusedSince(given.now().plusMillis(1))).isInstanceOf(InvalidField.class);

    assertThat(given.when(new RevokeKey(ORGANIZATION, given.by(owner), scoped, null, made)))
        .containsExactly(
            new KeyRevoked(scoped, KeyRevoked.Cause.REQUESTED, null, made, given.now()));
  }

  private Refusal refusedSince(Instant since) {
    return given.refused(new RevokeKey(ORGANIZATION, given.by(owner), scoped, null, since));
  }

  @Test
  void revokingAKeyThatExpiredUnrecordedRecordsThatItExpired() {
    Instant end = given.now().plusSeconds(1);
    KeyId key = given.key("live", owner.member(), List.of(), end);
    given.later(Duration.ofHours(1));
    assertThat(given.when(revoke(key, owner)))
        .containsExactly(new KeyExpired(key, end, given.now()));
  }

  @Test
  void aRevokedKeyIsNotChanged() {
    given.when(revoke(scoped, owner));
    assertThat(given.refused(narrow(scoped, "clients.read"))).isEqualTo(new KeyNotActive());
  }

  @Test
  void whoeverLacksThePermissionIsNotToldWhetherAKeyExists() {
    Actor auditor = given.member(Role.AUDITOR);
    assertThat(given.refused(revoke(scoped, auditor))).isEqualTo(new Forbidden());
    assertThat(given.refused(revoke(Given.keyId(), auditor))).isEqualTo(new Forbidden());
    assertThat(given.refused(revoke(Given.keyId(), owner))).isEqualTo(new KeyNotFound());
  }

  @Test
  void whoeverMayCreateKeysManagesTheirOwn() {
    var incard = Given.anOrganizationOn("incard");
    Actor employee = incard.member(Role.EMPLOYEE);
    Actor colleague = incard.member(Role.EMPLOYEE);
    KeyId own = incard.key("live", employee.member());
    assertThat(incard.refused(new RevokeKey(ORGANIZATION, incard.by(colleague), own, null)))
        .isEqualTo(new Forbidden());
    assertThat(incard.when(new RevokeKey(ORGANIZATION, incard.by(employee), own, null))).hasSize(1);
  }

  @Test
  void theOperatorMayStillRevokeInASuspendedOrganization() {
    given.happened(new dev.keyledger.events.StandingEvent.OrganizationSuspended(null, given.now()));
    assertThat(given.refused(revoke(scoped, owner))).isEqualTo(new Refusal.OrganizationSuspended());
    assertThat(given.when(revoke(scoped, OPERATOR))).hasSize(1);
  }
}
