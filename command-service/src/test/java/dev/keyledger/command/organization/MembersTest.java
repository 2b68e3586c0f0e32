package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.OPERATOR;
import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.organization.MemberCommand.AddMember;
import dev.keyledger.command.organization.MemberCommand.ChangeMemberRole;
import dev.keyledger.command.organization.MemberCommand.CheckInvitation;
import dev.keyledger.command.organization.MemberCommand.CheckInvitationAgain;
import dev.keyledger.command.organization.MemberCommand.RemoveMember;
import dev.keyledger.command.organization.Refusal.AlreadyMember;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.LastOwner;
import dev.keyledger.command.organization.Refusal.MemberNotFound;
import dev.keyledger.command.organization.Refusal.OrganizationSuspended;
import dev.keyledger.command.organization.StandingCommand.Suspend;
import dev.keyledger.command.policy.Policies;
import dev.keyledger.command.policy.Presets;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRevoked.Cause;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberErased;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembersTest {
  private final Given given = Given.anOrganizationOn("standard");
  private final Actor owner = given.member(Role.OWNER);
  private final Actor admin = given.member(Role.ADMIN);
  private final Actor developer = given.member(Role.DEVELOPER);

  private AddMember add(Actor by, PersonId person, Role role) {
    return new AddMember(
        ORGANIZATION,
        given.by(by),
        MemberId.of(UuidCreator.getTimeOrderedEpoch()),
        person,
        new SealedText(person, "sealed"),
        role);
  }

  private ChangeMemberRole change(Actor by, Actor whom, Role role) {
    return new ChangeMemberRole(ORGANIZATION, given.by(by), whom.member(), role);
  }

  private RemoveMember remove(Actor by, Actor whom) {
    return new RemoveMember(ORGANIZATION, given.by(by), whom.member());
  }

  private CheckInvitation check(Actor by, Role role) {
    return new CheckInvitation(
        ORGANIZATION, given.by(by), MemberId.of(UuidCreator.getTimeOrderedEpoch()), role);
  }

  @Test
  void anInvitationIsCheckedAsItsMembershipWillBeAndMakesNothingTrue() {
    assertThat(given.when(check(admin, Role.ADMIN))).isEmpty();
    assertThat(given.refused(check(admin, Role.OWNER))).isEqualTo(new Forbidden());
    assertThat(given.refused(check(developer, Role.DEVELOPER))).isEqualTo(new Forbidden());
  }

  @Test
  void aSuspendedOrganizationInvitesNotEvenByTheOperator() {
    given.when(new Suspend(ORGANIZATION, given.by(OPERATOR), null));
    assertThat(given.refused(check(OPERATOR, Role.ADMIN))).isEqualTo(new OrganizationSuspended());
    assertThat(given.refused(check(owner, Role.ADMIN))).isEqualTo(new OrganizationSuspended());
  }

  @Test
  void anAdminAddsWhomeverUpToTheirOwnRole() {
    assertThat(given.when(add(admin, Given.person(), Role.ADMIN)))
        .singleElement()
        .isInstanceOf(MemberAdded.class);
    assertThat(given.refused(add(admin, Given.person(), Role.OWNER))).isEqualTo(new Forbidden());
  }

  @Test
  void whoeverLacksThePermissionAddsNobody() {
    assertThat(given.refused(add(developer, Given.person(), Role.EMPLOYEE)))
        .isEqualTo(new Forbidden());
  }

  @Test
  void theOperatorAddsTheFirstOwner() {
    var fresh = Given.anOrganizationOn("standard");
    PersonId person = Given.person();
    assertThat(
            fresh.when(
                new AddMember(
                    ORGANIZATION,
                    fresh.by(OPERATOR),
                    MemberId.of(UuidCreator.getTimeOrderedEpoch()),
                    person,
                    new SealedText(person, "sealed"),
                    Role.OWNER)))
        .hasSize(1);
  }

  @Test
  void aPersonIsAMemberOnceButMayComeBack() {
    assertThat(given.refused(add(owner, developer.person(), Role.ADMIN)))
        .isEqualTo(new AlreadyMember());
    given.when(remove(owner, developer));
    assertThat(given.when(add(owner, developer.person(), Role.ADMIN))).hasSize(1);
    // A token of the membership that ended is not one of the new membership.
    assertThat(given.refused(remove(developer, admin))).isEqualTo(new Forbidden());
  }

  @Test
  void aRoleChangesAndSaysWhatItWas() {
    assertThat(given.when(change(admin, developer, Role.AUDITOR)))
        .containsExactly(
            new MemberRoleChanged(developer.member(), Role.DEVELOPER, Role.AUDITOR, given.now()));
    assertThat(given.when(change(admin, developer, Role.AUDITOR))).isEmpty();
  }

  @Test
  void nobodyGrantsARoleAboveTheirOwnNotEvenToThemselves() {
    assertThat(given.refused(change(admin, admin, Role.OWNER))).isEqualTo(new Forbidden());
    assertThat(given.refused(change(admin, developer, Role.OWNER))).isEqualTo(new Forbidden());
  }

  @Test
  void nobodyGrantsARoleThatMayWhatTheyMayNotThoughItStandsLower() {
    Policy standard = new Presets().find("standard").orElseThrow();
    var acme =
        Given.anOrganizationWith(
            Policies.withoutPermission(standard, Role.ADMIN, Permissions.AUDIT_READ));
    Actor of = acme.member(Role.ADMIN);
    Actor some = acme.member(Role.EMPLOYEE);
    for (MemberCommand granting :
        List.of(
            new CheckInvitation(
                ORGANIZATION,
                acme.by(of),
                MemberId.of(UuidCreator.getTimeOrderedEpoch()),
                Role.AUDITOR),
            new CheckInvitationAgain(ORGANIZATION, acme.by(of), acme.member(Role.AUDITOR).member()),
            new ChangeMemberRole(ORGANIZATION, acme.by(of), some.member(), Role.AUDITOR))) {
      assertThat(acme.refused(granting)).isEqualTo(new Forbidden());
    }
    assertThat(
            acme.when(
                new ChangeMemberRole(ORGANIZATION, acme.by(of), some.member(), Role.DEVELOPER)))
        .hasSize(1);
  }

  @Test
  void nobodyGrantsARoleAboveTheirOwnThoughItMayNoMoreThanTheirs() {
    Policy standard = new Presets().find("standard").orElseThrow();
    List<String> both = standard.roles().get(Role.ADMIN);
    var acme = Given.anOrganizationWith(Policies.withRole(standard, Role.OWNER, both));
    Actor of = acme.member(Role.ADMIN);
    assertThat(
            acme.refused(
                new CheckInvitation(
                    ORGANIZATION,
                    acme.by(of),
                    MemberId.of(UuidCreator.getTimeOrderedEpoch()),
                    Role.OWNER)))
        .isEqualTo(new Forbidden());
  }

  @Test
  void nobodyChangesOrRemovesSomeoneAboveThem() {
    assertThat(given.refused(change(admin, owner, Role.EMPLOYEE))).isEqualTo(new Forbidden());
    assertThat(given.refused(remove(admin, owner))).isEqualTo(new Forbidden());
  }

  @Test
  void theLastOwnerStaysWhoeverAsks() {
    assertThat(given.refused(change(owner, owner, Role.ADMIN))).isEqualTo(new LastOwner());
    assertThat(given.refused(remove(owner, owner))).isEqualTo(new LastOwner());
    assertThat(given.refused(remove(OPERATOR, owner))).isEqualTo(new LastOwner());
    given.member(Role.OWNER);
    assertThat(given.when(remove(owner, owner))).hasSize(1);
  }

  @Test
  void withAMemberTheirKeysGoInTheSameDecision() {
    KeyId first = given.key("live", developer.member());
    KeyId second = given.key("test", developer.member());
    given.key("live", owner.member());
    KeyId revoked = given.key("live", developer.member());
    given.happened(new KeyRevoked(revoked, Cause.REQUESTED, null, given.now()));
    assertThat(given.when(remove(owner, developer)))
        .containsExactly(
            new MemberRemoved(developer.member(), Role.DEVELOPER, given.now()),
            new KeyRevoked(first, Cause.MEMBER_REMOVED, null, given.now()),
            new KeyRevoked(second, Cause.MEMBER_REMOVED, null, given.now()));
  }

  @Test
  void aKeyThatIsItsOrganizationsStaysWhoeverMadeItAndWhateverBecomesOfThem() {
    var syncgram = Given.anOrganizationOn("syncgram-pay");
    syncgram.member(Role.OWNER);
    Actor maker = syncgram.member(Role.DEVELOPER);
    KeyId key = syncgram.key("test", maker.member());
    assertThat(
            syncgram.when(
                new ChangeMemberRole(
                    ORGANIZATION, syncgram.by(OPERATOR), maker.member(), Role.EMPLOYEE)))
        .hasSize(1);
    assertThat(syncgram.when(new RemoveMember(ORGANIZATION, syncgram.by(OPERATOR), maker.member())))
        .containsExactly(new MemberRemoved(maker.member(), Role.EMPLOYEE, syncgram.now()));
    assertThat(syncgram.stateOf(key).isLiveAt(syncgram.now())).isTrue();
  }

  @Test
  void aRemovedMemberIsNotFound() {
    given.when(remove(owner, developer));
    assertThat(given.refused(remove(owner, developer))).isEqualTo(new MemberNotFound());
    assertThat(given.refused(change(owner, developer, Role.ADMIN))).isEqualTo(new MemberNotFound());
  }

  private PersonCommand.ErasePerson erase(Actor whom, boolean decided) {
    return new PersonCommand.ErasePerson(ORGANIZATION, given.by(OPERATOR), whom.person(), decided);
  }

  @Test
  void whoIsErasedLeavesWithTheirKeysAndOnce() {
    KeyId key = given.key("live", developer.member());
    assertThat(given.when(erase(developer, false)))
        .containsExactly(
            new MemberErased(developer.member(), given.now()),
            new MemberRemoved(developer.member(), Role.DEVELOPER, given.now()),
            new KeyRevoked(key, KeyRevoked.Cause.MEMBER_REMOVED, null, given.now()));
    assertThat(given.when(erase(developer, true))).isEmpty();
  }

  @Test
  void aMembershipThatEndedBeforeIsErasedToo() {
    given.when(remove(owner, developer));
    assertThat(given.when(erase(developer, false)))
        .containsExactly(new MemberErased(developer.member(), given.now()));
  }

  @Test
  void theLastOwnerIsNotErasedUnlessThatWasDecidedBefore() {
    assertThat(given.refused(erase(owner, false))).isEqualTo(new LastOwner());
    assertThat(given.when(erase(owner, true))).hasSize(2);
  }

  @Test
  void thatAMemberWasErasedOutlivesASnapshot() {
    given.when(erase(developer, false));
    given.state.pack();
    List<byte[]> parts = OrganizationSnapshot.of(given.state).parts();
    OrganizationState restored = OrganizationSnapshot.restore(parts.getFirst(), parts::get, true);
    assertThat(restored.decide(erase(developer, true))).isEmpty();
  }
}
