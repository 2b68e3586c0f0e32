package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.OPERATOR;
import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.organization.KeyCommand.CreateKey;
import dev.keyledger.command.organization.KeyCommand.ExpireKey;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.Refusal.ConnectedAccount;
import dev.keyledger.command.organization.Refusal.CreationRateExceeded;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.Refusal.KeyLimitReached;
import dev.keyledger.command.organization.Refusal.OrganizationNotLive;
import dev.keyledger.command.organization.Refusal.OrganizationSuspended;
import dev.keyledger.command.policy.Policies;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreatingKeysTest {
  private static CreateKey create(Given given, Actor by, String environment) {
    return create(given, by, environment, List.of(), null);
  }

  private static CreateKey create(
      Given given, Actor by, String environment, List<String> scopes, Instant expiresAt) {
    return new CreateKey(
        ORGANIZATION,
        given.by(by),
        Given.keyId(),
        "deploy",
        environment,
        scopes,
        expiresAt,
        null,
        Given.secret());
  }

  private static CreateKey create(Given given, Actor by, String environment, MemberId member) {
    return new CreateKey(
        ORGANIZATION,
        given.by(by),
        Given.keyId(),
        "deploy",
        environment,
        List.of(),
        null,
        member,
        Given.secret());
  }

  private static MemberId someone() {
    return MemberId.of(UuidCreator.getTimeOrderedEpoch());
  }

  @Test
  void theOperatorNamesTheMemberForWhomItMakesAKeyAndNothingActsForNobody() {
    var given = Given.anOrganizationOn("incard");
    Actor employee = given.member(Role.EMPLOYEE);
    assertThat(given.refused(create(given, OPERATOR, "live"))).satisfies(field("member"));
    assertThat(given.refused(create(given, OPERATOR, "live", someone())))
        .satisfies(field("member"));
    assertThat(given.when(create(given, OPERATOR, "live", employee.member())))
        .singleElement()
        .isInstanceOfSatisfying(
            KeyCreated.class, e -> assertThat(e.createdBy()).isEqualTo(employee.member()));

    given.happened(new MemberRemoved(employee.member(), Role.EMPLOYEE, given.now()));
    assertThat(given.refused(create(given, OPERATOR, "live", employee.member())))
        .satisfies(field("member"));
  }

  @Test
  void whereKeysAreTheOrganizationsTheOperatorNamesNobody() {
    var given = Given.anOrganizationOn("octopus-cards");
    Actor owner = given.member(Role.OWNER);
    assertThat(given.refused(create(given, OPERATOR, "sandbox", owner.member())))
        .satisfies(field("member"));
    assertThat(given.when(create(given, OPERATOR, "sandbox")))
        .singleElement()
        .isInstanceOfSatisfying(KeyCreated.class, e -> assertThat(e.createdBy()).isNull());
  }

  @Test
  void whoeverIsNotTheOperatorMakesKeysOfTheirOwnAlone() {
    var given = Given.anOrganizationOn("incard");
    Actor owner = given.member(Role.OWNER);
    Actor employee = given.member(Role.EMPLOYEE);
    assertThat(given.refused(create(given, employee, "live", owner.member())))
        .satisfies(field("member"));
    assertThat(given.refused(create(given, owner, "live", owner.member())))
        .satisfies(field("member"));
  }

  @Test
  void theOperatorIsBoundByNoCreationRateAndWhatItMakesIsTheMembers() {
    Policy standard = Given.PRESETS.find("standard").orElseThrow();
    var given =
        Given.anOrganizationWith(Policies.withCreationRate(standard, 1, Duration.ofMinutes(1)));
    Actor owner = given.member(Role.OWNER);
    given.when(create(given, OPERATOR, "live", owner.member()));
    assertThat(given.when(create(given, OPERATOR, "live", owner.member()))).hasSize(1);
    assertThat(given.refused(create(given, owner, "live")))
        .isInstanceOf(CreationRateExceeded.class);
  }

  private static Consumer<Refusal> field(String name) {
    return refusal ->
        assertThat(refusal)
            .isInstanceOfSatisfying(InvalidField.class, r -> assertThat(r.field()).isEqualTo(name));
  }

  @Test
  void aKeyIsCreatedWithAVerifierAndAShownPrefixButNoSecret() {
    var given = Given.anOrganizationOn("standard");
    Actor developer = given.member(Role.DEVELOPER);
    var command = create(given, developer, "live", List.of("clients.read"), null);
    assertThat(given.when(command))
        .singleElement()
        .isInstanceOfSatisfying(
            KeyCreated.class,
            e -> {
              assertThat(e.createdBy()).isEqualTo(developer.member());
              assertThat(e.scopes()).containsExactly("clients.read");
              assertThat(e.secret().prefix()).startsWith("kl_live_a").hasSize(8 + 7);
              assertThat(e.secret().verifier())
                  .isEqualTo(
                      Given.PEPPER.encodedVerifierOf(
                          KeySecret.parse(given.state.secretOf(command).revealSecret())
                              .orElseThrow()));
              assertThat(command.toString()).contains("[fresh secret]");
              assertThat(e.toString()).doesNotContain(given.state.secretOf(command).revealSecret());
            });
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void whereAnyMemberMayCreateTheRoleDoesNotMatter(Role role) {
    var given = Given.anOrganizationOn("incard");
    assertThat(given.when(create(given, given.member(role), "live"))).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"AUDITOR", "EMPLOYEE"},
      value = Role.class)
  void wherePermissionIsNeededWhoeverLacksItIsForbidden(Role role) {
    var given = Given.anOrganizationOn("incrm");
    assertThat(given.refused(create(given, given.member(role), null))).isEqualTo(new Forbidden());
  }

  @Test
  void aMemberIsToldWhichPermissionIsMissingAndAStrangerIsNot() {
    var given = Given.anOrganizationOn("incrm");
    assertThat(given.missing(create(given, given.member(Role.AUDITOR), null)))
        .isEqualTo(Permissions.API_KEYS_CREATE);
    Actor member = given.member(Role.DEVELOPER);
    given.happened(
        new dev.keyledger.events.MemberEvent.MemberRemoved(
            member.member(), Role.DEVELOPER, given.now()));
    assertThat(given.missing(create(given, member, null))).isNull();
  }

  @Test
  void aScopeIsOneThatThePolicyKnows() {
    var given = Given.anOrganizationOn("standard");
    Actor owner = given.member(Role.OWNER);
    for (String unknown : List.of("clinets.read", "clients.reaD", "keys.verfiy")) {
      for (Actor by : List.of(owner, OPERATOR)) {
        CreateKey creation = create(given, by, "live", List.of("clients.read", unknown), null);
        assertThat(given.refused(creation))
            .as(unknown)
            .isEqualTo(
                new InvalidField(
                    "scopes", "The organisation's policy knows no permission " + unknown + "."));
      }
    }
    assertThat(
            given.when(create(given, owner, "live", List.of("clients.read", "keys.verify"), null)))
        .hasSize(1);
    assertThat(given.when(create(given, owner, "live"))).as("no scopes, no narrowing").hasSize(1);
  }

  @Test
  void whatARoleIsGivenAKeyMayName() {
    var given =
        Given.anOrganizationWith(
            Policies.withRole(
                Given.PRESETS.find("standard").orElseThrow(),
                Role.EMPLOYEE,
                List.of("creditNotes.read")));
    Actor owner = given.member(Role.OWNER);
    assertThat(given.when(create(given, owner, "live", List.of("creditNotes.read"), null)))
        .hasSize(1);
  }

  @Test
  void aPermissionThatWaitsForVerificationIsNobodysBeforeButTheOperators() {
    var given =
        Given.anOrganizationWith(
            Policies.withOnboardingPermissions(
                Given.PRESETS.find("standard").orElseThrow(), Permissions.API_KEYS_CREATE));
    Actor owner = given.member(Role.OWNER);
    assertThat(given.refused(create(given, owner, "live"))).isEqualTo(new Forbidden());
    assertThat(given.when(create(given, OPERATOR, "live", owner.member()))).hasSize(1);

    given.happened(new OrganizationVerified(given.now()));
    assertThat(given.when(create(given, owner, "live"))).hasSize(1);
  }

  @Test
  void whereTheOperatorIssuesKeysEvenAnOwnerIsForbidden() {
    var given = Given.anOrganizationOn("octopus-cards");
    assertThat(given.refused(create(given, given.member(Role.OWNER), "sandbox")))
        .isEqualTo(new Forbidden());
    assertThat(given.when(create(given, OPERATOR, "sandbox"))).hasSize(1);
  }

  @Test
  void aConnectedAccountManagesNoKeysNotEvenByTheOperator() {
    var given = Given.aConnectedAccount();
    assertThat(given.refused(create(given, given.member(Role.OWNER), "live")))
        .isEqualTo(new ConnectedAccount());
    assertThat(given.refused(create(given, OPERATOR, "live"))).isEqualTo(new ConnectedAccount());
  }

  @Test
  void aSuspendedOrganizationGainsNoKeys() {
    var given = Given.anOrganizationOn("standard");
    Actor owner = given.member(Role.OWNER);
    given.happened(new dev.keyledger.events.StandingEvent.OrganizationSuspended(null, given.now()));
    assertThat(given.refused(create(given, owner, "live"))).isEqualTo(new OrganizationSuspended());
    assertThat(given.refused(create(given, OPERATOR, "live")))
        .isEqualTo(new OrganizationSuspended());
  }

  @Test
  void aRemovedMemberCannotCreateAKey() {
    var given = Given.anOrganizationOn("incard");
    Actor member = given.member(Role.DEVELOPER);
    given.happened(
        new dev.keyledger.events.MemberEvent.MemberRemoved(
            member.member(), Role.DEVELOPER, given.now()));
    assertThat(given.refused(create(given, member, "live"))).isEqualTo(new Forbidden());
  }

  @Test
  void aMemberOfAnotherOrganizationIsForbidden() {
    var given = Given.anOrganizationOn("incard");
    var elsewhere = Given.anOrganizationOn("incard").member(Role.OWNER);
    assertThat(given.refused(create(given, elsewhere, "live"))).isEqualTo(new Forbidden());
  }

  @Test
  void theLimitCountsOneEnvironment() {
    var given = Given.anOrganizationOn("incard");
    Actor member = given.member(Role.DEVELOPER);
    for (int i = 0; i < 5; i++) {
      given.when(create(given, member, "sandbox"));
    }
    assertThat(given.refused(create(given, member, "sandbox"))).isInstanceOf(KeyLimitReached.class);
    assertThat(given.when(create(given, member, "live"))).hasSize(1);
  }

  @Test
  void theLimitCountsTheWholeOrganizationWhereThePolicySaysSo() {
    var given = Given.anOrganizationOn("syncgram-pay");
    given.when(create(given, given.member(Role.DEVELOPER), null));
    given.later(Duration.ofMinutes(2)).happened(new OrganizationVerified(given.now()));
    assertThat(given.refused(create(given, given.member(Role.OWNER), null)))
        .isInstanceOf(KeyLimitReached.class);
  }

  @Test
  void aKeyPastItsEndByTheCommandsClockNoLongerCountsWhetherOrNotAnEventSaysSo() {
    var given = Given.anOrganizationOn("syncgram-pay");
    Actor member = given.member(Role.DEVELOPER);
    Instant end = given.now().plus(Duration.ofHours(1));
    var first = create(given, member, null, List.of(), end);
    given.when(first);
    given.later(Duration.ofHours(1).minusMillis(1));
    assertThat(given.refused(create(given, member, null))).isInstanceOf(KeyLimitReached.class);
    given.later(Duration.ofMillis(1));
    assertThat(given.when(create(given, member, null))).hasSize(1);

    // Recording the first one's end changes nothing of what is counted.
    given.later(Duration.ofMinutes(5));
    assertThat(given.when(new ExpireKey(ORGANIZATION, given.by(Actor.SYSTEM), first.key())))
        .containsExactly(new KeyExpired(first.key(), end, given.now()));
    assertThat(given.refused(create(given, member, null))).isInstanceOf(KeyLimitReached.class);
  }

  @Test
  void aRevokedKeyNoLongerCounts() {
    var given = Given.anOrganizationOn("syncgram-pay");
    Actor member = given.member(Role.DEVELOPER);
    var first = create(given, member, null);
    given.when(first);
    given.later(Duration.ofMinutes(1));
    given.when(new RevokeKey(ORGANIZATION, given.by(member), first.key(), null));
    assertThat(given.when(create(given, member, null))).hasSize(1);
  }

  @Test
  void theCreationRateIsEachMembersOwnAndSaysWhenToTryAgain() {
    var given = Given.anOrganizationOn("syncgram-pay");
    Actor member = given.member(Role.DEVELOPER);
    Actor other = given.member(Role.DEVELOPER);
    KeyId first = revoked(given, member);
    assertThat(first).isNotNull();
    given.later(Duration.ofSeconds(20));
    assertThat(given.refused(create(given, member, null)))
        .isEqualTo(new CreationRateExceeded(Duration.ofSeconds(40)));
    assertThat(revoked(given, other)).isNotNull();
    given.later(Duration.ofSeconds(40));
    assertThat(given.when(create(given, member, null))).hasSize(1);
  }

  private static KeyId revoked(Given given, Actor by) {
    var command = create(given, by, null);
    given.when(command);
    given.when(new RevokeKey(ORGANIZATION, given.by(by), command.key(), null));
    return command.key();
  }

  @Test
  void theLimitIsCheckedBeforeTheRate() {
    var given = Given.anOrganizationOn("syncgram-pay");
    Actor member = given.member(Role.DEVELOPER);
    given.when(create(given, member, null));
    assertThat(given.refused(create(given, member, null))).isInstanceOf(KeyLimitReached.class);
  }

  @Test
  void whereStatusChoosesTheEnvironmentWhatWasAskedIsIgnored() {
    var given = Given.anOrganizationOn("syncgram-pay");
    Actor member = given.member(Role.OWNER);
    var inTest = create(given, member, "live");
    given.when(inTest);
    assertThat(given.stateOf(inTest.key()).environment()).isEqualTo("test");
    given.when(new RevokeKey(ORGANIZATION, given.by(member), inTest.key(), null));
    given.later(Duration.ofMinutes(2)).happened(new LiveEnabled(given.now()));
    var live = create(given, member, "test");
    given.when(live);
    assertThat(given.stateOf(live.key()).environment()).isEqualTo("live");
    assertThat(given.stateOf(live.key()).secrets().getFirst().prefix()).startsWith("sk_live_");
  }

  @Test
  void aLiveEnvironmentNeedsALiveOrganization() {
    var given = Given.anOrganizationOn("octopus-cards");
    assertThat(given.refused(create(given, OPERATOR, "production")))
        .isEqualTo(new OrganizationNotLive());
    given.happened(new LiveEnabled(given.now()));
    assertThat(given.when(create(given, OPERATOR, "production"))).hasSize(1);
  }

  @Test
  void anEnvironmentThatThePolicyDoesNotKnowIsAnInvalidField() {
    var given = Given.anOrganizationOn("standard");
    assertThat(given.refused(create(given, OPERATOR, "staging")))
        .isEqualTo(new InvalidField("environment", "one of [test, live]"));
    assertThat(given.refused(create(given, OPERATOR, null))).isInstanceOf(InvalidField.class);
  }

  @Test
  void theOnlyEnvironmentNeedNotBeNamed() {
    var given = Given.anOrganizationOn("incrm");
    assertThat(given.when(create(given, given.member(Role.OWNER), null))).hasSize(1);
  }

  @Test
  void whereKeysHaveNoEndNoneCanBeAskedFor() {
    var given = Given.anOrganizationOn("incard");
    Actor member = given.member(Role.OWNER);
    assertThat(given.refused(create(given, member, "live", List.of(), given.now().plusSeconds(60))))
        .isInstanceOfSatisfying(
            InvalidField.class, r -> assertThat(r.field()).isEqualTo("expires_at"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"clients", "Clients.read", "clients.*", "", ".read", "clients.read.all"})
  void aScopeIsResourceAndAction(String scope) {
    var given = Given.anOrganizationOn("standard");
    assertThat(
            Given.refusalOf(
                () -> create(given, OPERATOR, "live", List.of("clients.read", scope), null)))
        .isInstanceOfSatisfying(InvalidField.class, r -> assertThat(r.field()).isEqualTo("scopes"));
  }

  @Test
  void aKeyEndsInTheFutureAndWithinAHundredYears() {
    var given = Given.anOrganizationOn("standard");
    Actor owner = given.member(Role.OWNER);
    Instant furthest = given.now().plus(Duration.ofDays(36_500));
    for (Instant end : List.of(given.now(), furthest.plusMillis(1))) {
      assertThat(given.refused(create(given, owner, "live", List.of(), end)))
          .satisfies(field("expires_at"));
    }
    for (Instant end : List.of(given.now().plusMillis(1), furthest)) {
      assertThat(given.when(create(given, owner, "live", List.of(), end))).hasSize(1);
    }
  }

  @Test
  void aKeyThatHasEndedCountsForItsOwnEnvironmentAlone() {
    Policy standard = Given.PRESETS.find("standard").orElseThrow();
    var given = Given.anOrganizationWith(Policies.withLimit(standard, 2));
    Actor owner = given.member(Role.OWNER);
    Instant end = given.now().plusSeconds(60);
    given.when(create(given, owner, "test", List.of(), end));
    given.when(create(given, owner, "test", List.of(), end));
    given.when(create(given, owner, "live"));
    given.when(create(given, owner, "live"));
    assertThat(given.refused(create(given, owner, "test"))).isInstanceOf(KeyLimitReached.class);

    given.later(Duration.ofSeconds(60));

    assertThat(given.refused(create(given, owner, "live"))).isInstanceOf(KeyLimitReached.class);
    given.when(create(given, owner, "test"));
    given.when(create(given, owner, "test"));
    assertThat(given.refused(create(given, owner, "test"))).isInstanceOf(KeyLimitReached.class);
  }

  /** As a request that is sent again has it. */
  @Test
  void aSecretIsNotGivenAgainToWhoMayNotMakeItsKeyAnyMore() {
    var given = Given.anOrganizationOn("standard");
    Actor owner = given.member(Role.OWNER);
    Actor developer = given.member(Role.DEVELOPER);
    var theirs = create(given, developer, "live");
    var operators = create(given, OPERATOR, "live", owner.member());
    given.when(theirs);
    given.when(operators);
    given.state.mustStillIssue(theirs);
    given.state.mustStillIssue(operators);

    given.happened(
        new MemberRoleChanged(developer.member(), Role.DEVELOPER, Role.AUDITOR, given.now()),
        new MemberRemoved(owner.member(), Role.OWNER, given.now()));

    assertThat(Given.refusalOf(() -> given.state.mustStillIssue(theirs)))
        .isEqualTo(new Forbidden(Permissions.API_KEYS_CREATE));
    assertThat(Given.refusalOf(() -> given.state.mustStillIssue(operators)))
        .satisfies(field("member"));
  }

  @Test
  void noSecretIsToldOfAKeyThatWasNeverMade() {
    var given = Given.anOrganizationOn("standard");
    var command = create(given, given.member(Role.OWNER), "live");
    assertThatThrownBy(() -> given.state.secretOf(command))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no such key");
  }

  @Test
  void anEndIsRecordedOnceAndNotBeforeItCame() {
    var given = Given.anOrganizationOn("standard");
    Instant end = given.now().plusSeconds(60);
    KeyId key = given.key("live", null, List.of(), end);
    var system = new ExpireKey(ORGANIZATION, given.by(Actor.SYSTEM), key);
    assertThat(given.when(system)).isEmpty();
    given.later(Duration.ofSeconds(61));
    var due = new ExpireKey(ORGANIZATION, given.by(Actor.SYSTEM), key);
    assertThat(given.when(due)).hasSize(1);
    assertThat(given.when(due)).isEmpty();
    assertThat(given.refused(new ExpireKey(ORGANIZATION, given.by(OPERATOR), key)))
        .isEqualTo(new Forbidden());
  }
}
