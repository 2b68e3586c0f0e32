package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.OPERATOR;
import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static dev.keyledger.command.organization.Given.PRESETS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.organization.Key.Status;
import dev.keyledger.command.organization.KeyCommand.CompleteRotation;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.RotateKey;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.Refusal.KeyNotActive;
import dev.keyledger.command.organization.Refusal.KeyNotFound;
import dev.keyledger.command.organization.Refusal.NotRotating;
import dev.keyledger.command.organization.Refusal.RotationInProgress;
import dev.keyledger.command.organization.StandingCommand.SetPolicy;
import dev.keyledger.command.policy.Policies;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RotatingKeysTest {
  private final Given given = Given.anOrganizationOn("standard");
  private final Actor owner = given.member(Role.OWNER);
  private final KeyId key = given.key("live", owner.member());

  private RotateKey rotate(Actor by, Duration grace) {
    return new RotateKey(ORGANIZATION, given.by(by), key, grace, Given.secret());
  }

  private CompleteRotation complete(Actor by) {
    return new CompleteRotation(ORGANIZATION, given.by(by), key);
  }

  @Test
  void bothSecretsWorkUntilTheGraceIsOver() {
    given.when(rotate(owner, Duration.ofHours(1)));
    assertThat(given.stateOf(key).statusAt(given.now())).isEqualTo(Status.ROTATING);
    given.later(Duration.ofHours(1).minusMillis(1));
    assertThat(given.stateOf(key).olderSecretLiveAt(given.now())).isPresent();
    given.later(Duration.ofMillis(1));
    assertThat(given.stateOf(key).olderSecretLiveAt(given.now())).isEmpty();
    assertThat(given.stateOf(key).statusAt(given.now())).isEqualTo(Status.ACTIVE);
  }

  @Test
  void withoutAGraceAskedForThePolicysDefaultHolds() {
    assertThat(given.when(rotate(owner, null)))
        .singleElement()
        .isInstanceOfSatisfying(
            KeyRotated.class,
            e ->
                assertThat(e.previousValidUntil()).isEqualTo(given.now().plus(Duration.ofDays(1))));
  }

  @Test
  void aGraceBeyondThePolicysMaximumIsAnInvalidField() {
    assertThat(given.when(rotate(owner, Duration.ofDays(7)))).hasSize(1);
    given.later(Duration.ofDays(8));
    assertThat(given.refused(rotate(owner, Duration.ofDays(7).plusMillis(1))))
        .isInstanceOfSatisfying(
            InvalidField.class, r -> assertThat(r.field()).isEqualTo("grace_period"));
  }

  @Test
  void aGraceIsNoneOrMoreAndTenYearsAtMost() {
    Duration longest = Duration.ofDays(3_650);
    assertThat(List.of(rotate(owner, Duration.ZERO), rotate(owner, longest)))
        .extracting(RotateKey::grace)
        .containsExactly(Duration.ZERO, longest);
    for (Duration grace : List.of(Duration.ofNanos(-1), longest.plusNanos(1))) {
      assertThat(Given.refusalOf(() -> rotate(owner, grace)))
          .isInstanceOfSatisfying(
              InvalidField.class, r -> assertThat(r.field()).isEqualTo("grace_period"));
    }
  }

  @Test
  void aGraceNeverOutlivesTheKey() {
    Instant end = given.now().plus(Duration.ofHours(2));
    KeyId ending = given.key("live", owner.member(), List.of(), end);
    given.when(new RotateKey(ORGANIZATION, given.by(owner), ending, null, Given.secret()));
    assertThat(given.stateOf(ending).secrets().getFirst().validUntil()).isEqualTo(end);
  }

  @Test
  void rotatingAgainMeanwhileIsRefused() {
    given.when(rotate(owner, null));
    assertThat(given.refused(rotate(owner, null))).isEqualTo(new RotationInProgress());
  }

  @Test
  void aRotationWhoseGraceRanOutUnrecordedIsRecordedByTheNextOne() {
    given.when(rotate(owner, Duration.ofHours(1)));
    Instant due = given.now().plus(Duration.ofHours(1));
    String oldest = given.stateOf(key).secrets().getFirst().prefix();
    given.later(Duration.ofDays(2));
    assertThat(given.when(rotate(owner, null)))
        .hasSize(2)
        .startsWith(new RotationCompleted(key, oldest, due, given.now()));
    assertThat(given.stateOf(key).secrets()).hasSize(2);
  }

  @Test
  void whatHasEndedByTheClockIsRecordedBeforeAnotherPolicy() {
    given.when(rotate(owner, Duration.ofHours(1)));
    Instant due = given.now().plus(Duration.ofHours(1));
    String older = given.stateOf(key).secrets().getFirst().prefix();
    given.later(Duration.ofHours(2));
    Policy other = Policies.withLimit(PRESETS.find("standard").orElseThrow(), 10);
    assertThat(given.when(new SetPolicy(ORGANIZATION, given.by(OPERATOR), other)))
        .hasSize(2)
        .startsWith(new RotationCompleted(key, older, due, given.now()))
        .last()
        .isInstanceOf(PolicyChanged.class);
    assertThat(given.when(rotate(owner, Duration.ofHours(1)))).hasSize(1);
  }

  @Test
  void aRotationWithoutAnyGraceEndsTheOlderSecretInTheSameDecision() {
    String older = given.stateOf(key).secrets().getFirst().prefix();
    assertThat(given.when(rotate(owner, Duration.ZERO)))
        .hasSize(2)
        .endsWith(new RotationCompleted(key, older, given.now(), given.now()));
    assertThat(given.stateOf(key).secrets().getFirst().ended()).isTrue();
    assertThat(given.stateOf(key).secrets().getLast().ended()).isFalse();
    assertThat(given.when(rotate(owner, null))).hasSize(1);
  }

  /** Verifiers that ask nobody are told to ask of a secret that will end, and of no other. */
  @Test
  void aRotationSendsVerifiersBackToAskWhereTheOlderSecretIsToEnd() {
    assertThat(given.when(rotate(owner, null))).allMatch(Revoking::revokes);
    var octopus = Given.anOrganizationOn("octopus-cards");
    KeyId pair = octopus.key("sandbox", null);
    assertThat(
            octopus.when(
                new RotateKey(ORGANIZATION, octopus.by(OPERATOR), pair, null, Given.secret())))
        .noneMatch(Revoking::revokes);
  }

  @Test
  void completingEndsTheOlderSecretNow() {
    given.when(rotate(owner, null));
    String older = given.stateOf(key).secrets().getFirst().prefix();
    assertThat(given.when(complete(owner)))
        .containsExactly(new RotationCompleted(key, older, given.now(), given.now()));
    assertThat(given.stateOf(key).statusAt(given.now())).isEqualTo(Status.ACTIVE);
    assertThat(given.refused(complete(owner))).isEqualTo(new NotRotating());
  }

  @Test
  void whatDoesNotRotateCannotBeCompleted() {
    assertThat(given.refused(complete(owner))).isEqualTo(new NotRotating());
    given.when(rotate(owner, Duration.ofHours(1)));
    given.later(Duration.ofHours(1));
    assertThat(given.refused(complete(owner))).isEqualTo(new NotRotating());
  }

  @Test
  void theEndOfAGraceIsRecordedLaterWithItsDueTimeAndOnce() {
    given.when(rotate(owner, Duration.ofHours(1)));
    Instant due = given.now().plus(Duration.ofHours(1));
    assertThat(given.when(complete(Actor.SYSTEM))).isEmpty();
    given.later(Duration.ofHours(3));
    assertThat(given.when(complete(Actor.SYSTEM)))
        .singleElement()
        .isInstanceOfSatisfying(
            RotationCompleted.class,
            e -> {
              assertThat(e.effectiveAt()).isEqualTo(due);
              assertThat(e.at()).isEqualTo(given.now());
            });
    assertThat(given.when(complete(Actor.SYSTEM))).isEmpty();
  }

  @Test
  void whatBecomesOfTheOlderSecretOfAKeyThatHasEndedIsNotRecorded() {
    given.when(rotate(owner, Duration.ofHours(1)));
    given.when(new RevokeKey(ORGANIZATION, given.by(owner), key, null));
    assertThat(given.refused(complete(owner))).isEqualTo(new KeyNotActive());

    given.later(Duration.ofHours(2));

    assertThat(given.when(complete(Actor.SYSTEM))).isEmpty();
    Policy other = Policies.withLimit(PRESETS.find("standard").orElseThrow(), 10);
    assertThat(given.when(new SetPolicy(ORGANIZATION, given.by(OPERATOR), other)))
        .singleElement()
        .isInstanceOf(PolicyChanged.class);
  }

  @Test
  void whereThePolicyHasNoGraceTheOlderSecretLivesUntilTheOperatorCompletes() {
    var octopus = Given.anOrganizationOn("octopus-cards");
    KeyId pair = octopus.key("sandbox", null);
    octopus.when(new RotateKey(ORGANIZATION, octopus.by(OPERATOR), pair, null, Given.secret()));
    octopus.later(Duration.ofDays(400));
    assertThat(octopus.stateOf(pair).statusAt(octopus.now())).isEqualTo(Status.ROTATING);
    assertThat(octopus.when(new CompleteRotation(ORGANIZATION, octopus.by(OPERATOR), pair)))
        .hasSize(1);
  }

  @Test
  void aKeyThatEndedCannotBeRotated() {
    given.when(new RevokeKey(ORGANIZATION, given.by(owner), key, null));
    assertThat(given.refused(rotate(owner, null))).isEqualTo(new KeyNotActive());
  }

  @Test
  void anUnknownKeyIsNotFound() {
    assertThat(
            given.refused(
                new RotateKey(ORGANIZATION, given.by(owner), Given.keyId(), null, Given.secret())))
        .isEqualTo(new KeyNotFound());
  }

  @Test
  void nobodyGetsASecretThatActsForSomeoneAboveThem() {
    Actor developer = given.member(Role.DEVELOPER);
    assertThat(given.refused(rotate(developer, null))).isEqualTo(new Forbidden());
    assertThat(given.when(rotate(OPERATOR, null))).hasSize(1);
  }

  @Test
  void aSecretActsForSomeoneAboveThoughItsScopesAreNoMoreThanTheCallers() {
    KeyId reading = given.key("live", owner.member(), List.of("products.read"), null);
    KeyId nobodys = given.key("live", null, List.of("products.read"), null);
    for (KeyId each : List.of(reading, nobodys)) {
      assertThat(
              given.refused(
                  new RotateKey(
                      ORGANIZATION,
                      given.by(given.member(Role.ADMIN)),
                      each,
                      null,
                      Given.secret())))
          .isEqualTo(new Forbidden());
    }
  }

  @Test
  void nobodyGetsASecretThatMayWhatTheyMayNotThoughTheyStandHigher() {
    var incard = Given.anOrganizationOn("incard");
    Actor auditor = incard.member(Role.AUDITOR);
    Actor developer = incard.member(Role.DEVELOPER);
    KeyId auditing = incard.key("sandbox", auditor.member());
    KeyId reading = incard.key("sandbox", auditor.member(), List.of("products.read"), null);
    assertThat(
            incard.refused(
                new RotateKey(ORGANIZATION, incard.by(developer), auditing, null, Given.secret())))
        .isEqualTo(new Forbidden());
    assertThat(
            incard.when(
                new RotateKey(ORGANIZATION, incard.by(developer), reading, null, Given.secret())))
        .hasSize(1);
    Actor boss = incard.member(Role.OWNER);
    assertThat(
            incard.when(
                new RotateKey(ORGANIZATION, incard.by(boss), auditing, null, Given.secret())))
        .hasSize(1);
  }

  @Test
  void aSecretIsNotGivenAgainOnceItsKeyMayMore() {
    var incard = Given.anOrganizationOn("incard");
    Actor employee = incard.member(Role.EMPLOYEE);
    Actor developer = incard.member(Role.DEVELOPER);
    KeyId theirs = incard.key("sandbox", employee.member());
    var rotation = new RotateKey(ORGANIZATION, incard.by(developer), theirs, null, Given.secret());
    incard.when(rotation);
    incard.state.mustStillIssue(rotation);
    incard.happened(
        new MemberRoleChanged(employee.member(), Role.EMPLOYEE, Role.AUDITOR, incard.now()));
    assertThat(Given.refusalOf(() -> incard.state.mustStillIssue(rotation)))
        .isEqualTo(new Forbidden());
  }

  @Test
  void whereKeysActForTheOrganizationWhatTheyMayOnThePlatformIsNotLent() {
    var syncgram = Given.anOrganizationOn("syncgram-pay");
    Actor boss = syncgram.member(Role.OWNER);
    Actor developer = syncgram.member(Role.DEVELOPER);
    KeyId theirs = syncgram.key("test", boss.member());
    KeyId paying = syncgram.key("test", boss.member(), List.of("payments.read"), null);
    assertThat(
            syncgram.refused(
                new RotateKey(ORGANIZATION, syncgram.by(developer), theirs, null, Given.secret())))
        .isEqualTo(new Forbidden());
    assertThat(
            syncgram.when(
                new RotateKey(ORGANIZATION, syncgram.by(developer), paying, null, Given.secret())))
        .hasSize(1);
    assertThat(
            syncgram.when(
                new RotateKey(ORGANIZATION, syncgram.by(boss), theirs, null, Given.secret())))
        .hasSize(1);
  }

  @Test
  void aKeyThatNamesNoCreatorMayOnThePlatformWhateverAnyRoleMay() {
    var syncgram = Given.anOrganizationOn("syncgram-pay");
    Actor boss = syncgram.member(Role.OWNER);
    Actor developer = syncgram.member(Role.DEVELOPER);
    KeyId operators = syncgram.key("test", null);
    KeyId paying = syncgram.key("test", null, List.of("payments.read"), null);
    assertThat(
            syncgram.refused(
                new RotateKey(
                    ORGANIZATION, syncgram.by(developer), operators, null, Given.secret())))
        .isEqualTo(new Forbidden());
    for (var rotation :
        List.of(
            new RotateKey(ORGANIZATION, syncgram.by(developer), paying, null, Given.secret()),
            new RotateKey(ORGANIZATION, syncgram.by(boss), operators, null, Given.secret()))) {
      assertThat(syncgram.when(rotation)).hasSize(1);
    }
  }

  @Test
  void whereTheOperatorIssuesKeysOnlyTheOperatorRotatesThem() {
    var octopus = Given.anOrganizationOn("octopus-cards");
    KeyId pair = octopus.key("sandbox", null);
    Actor boss = octopus.member(Role.OWNER);
    assertThat(
            octopus.refused(
                new RotateKey(ORGANIZATION, octopus.by(boss), pair, null, Given.secret())))
        .isEqualTo(new Forbidden());
  }

  @Test
  void rotationNeitherCountsTwiceNorAgainstTheRate() {
    var syncgram = Given.anOrganizationOn("syncgram-pay");
    Actor member = syncgram.member(Role.DEVELOPER);
    KeyId only = syncgram.key("test", member.member());
    syncgram.when(new RotateKey(ORGANIZATION, syncgram.by(member), only, null, Given.secret()));
    assertThat(syncgram.state.keys().live(syncgram.now())).isEqualTo(1);
    assertThat(syncgram.state.keys().creationsBy(member.member()).all()).hasSize(1);
  }
}
