package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.OPERATOR;
import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static dev.keyledger.command.organization.Given.PRESETS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.organization.Consequences.TouchedSecret;
import dev.keyledger.command.organization.KeyCommand.CompleteRotation;
import dev.keyledger.command.organization.KeyCommand.ExpireKey;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.RollBackRotation;
import dev.keyledger.command.organization.KeyCommand.RotateKey;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.Refusal.KeyNotActive;
import dev.keyledger.command.organization.Refusal.PolicyCeilingExceeded;
import dev.keyledger.command.organization.StandingCommand.LookAtAges;
import dev.keyledger.command.organization.StandingCommand.SetPolicy;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent.ExpiresBy;
import dev.keyledger.events.KeyEvent.KeyEndingSoon;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.AgeBound;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Policy may say how old a secret becomes: its key then ends by itself, unless it was rotated. */
class MaximumAgeTest {
  private static final Duration AGE = Duration.ofDays(90);

  private final Given given = Given.anOrganizationOn("standard");
  private final Actor owner = given.member(Role.OWNER);
  private final Actor developer = given.member(Role.DEVELOPER);

  private static Policy aged(@Nullable Duration age) {
    ObjectNode policy = EventCodec.mapper().valueToTree(PRESETS.find("standard").orElseThrow());
    ((ObjectNode) policy.get("keys")).put("maximum_age", age == null ? null : age.toString());
    return EventCodec.mapper().treeToValue(policy, Policy.class);
  }

  private List<OrganizationEvent> set(@Nullable Duration age) {
    return given.when(new SetPolicy(ORGANIZATION, given.by(OPERATOR), aged(age)));
  }

  private List<OrganizationEvent> look() {
    return given.when(new LookAtAges(ORGANIZATION, given.by(Actor.SYSTEM)));
  }

  private KeyId key() {
    return given.key("live", developer.member());
  }

  private KeyEndingSoon soon(KeyId key, Instant end, int days) {
    return new KeyEndingSoon(
        key, KeyEndingSoon.Cause.EXPIRY, end, days, ExpiresBy.AGE, given.now());
  }

  private RotateKey rotation(KeyId key, @Nullable Duration grace) {
    return new RotateKey(ORGANIZATION, given.by(developer), key, grace, Given.secret());
  }

  @Test
  void itIsSaidBeforeAKeysSecretIsTooOldAndThenTheKeyHasExpired() {
    set(AGE);
    given.later(Duration.ofDays(40));
    KeyId key = key();
    Instant end = given.now().plus(AGE);
    assertThat(given.stateOf(key).rotateBy()).isEqualTo(end);
    assertThat(look()).isEmpty();
    given.later(Duration.ofDays(60));
    assertThat(look()).containsExactly(soon(key, end, 30));
    assertThat(look()).isEmpty();
    given.later(Duration.ofDays(23));
    assertThat(look()).containsExactly(soon(key, end, 7));
    given.later(Duration.ofDays(7).minusMillis(1));
    assertThat(given.stateOf(key).isLiveAt(given.now())).isTrue();
    assertThat(look()).containsExactly(soon(key, end, 1));
    given.later(Duration.ofMillis(1));
    assertThat(given.stateOf(key).statusAt(given.now())).isEqualTo(Key.Status.EXPIRED);
    assertThat(given.refused(rotation(key, null))).isEqualTo(new KeyNotActive());
    given.later(Duration.ofMinutes(3));
    assertThat(look()).containsExactly(new KeyExpired(key, end, ExpiresBy.AGE, given.now()));
    assertThat(given.stateOf(key).endBy(given.now())).contains(end);
    assertThat(look()).isEmpty();
  }

  @Test
  void rotatingCountsAnew() {
    set(AGE);
    given.later(Duration.ofDays(40));
    KeyId key = key();
    given.later(Duration.ofDays(89));
    assertThat(look()).hasSize(1);
    given.when(rotation(key, null));
    assertThat(given.stateOf(key).rotateBy()).isEqualTo(given.now().plus(AGE));
    assertThat(look()).isEmpty();
    given.later(Duration.ofDays(60));
    given.when(new CompleteRotation(ORGANIZATION, given.by(Actor.SYSTEM), key));
    assertThat(look()).containsExactly(soon(key, given.now().plus(Duration.ofDays(30)), 30));
  }

  @Test
  void theOlderSecretOfARotationEndsWithItsAgeHoweverLongItsGrace() {
    set(AGE);
    given.later(Duration.ofDays(40));
    KeyId key = key();
    Instant end = given.now().plus(AGE);
    given.later(Duration.ofDays(88));
    List<OrganizationEvent> rotated = given.when(rotation(key, Duration.ofDays(5)));
    assertThat(((KeyRotated) rotated.getFirst()).previousValidUntil())
        .isEqualTo(given.now().plus(Duration.ofDays(5)));
    assertThat(given.stateOf(key).secrets().getFirst().end()).isEqualTo(end);
    given.later(Duration.ofDays(3));
    assertThat(given.stateOf(key).statusAt(given.now())).isEqualTo(Key.Status.ACTIVE);
    assertThat(look()).containsExactly(new RotationCompleted(key, "kl_aaaaaaa", end, given.now()));
  }

  @Test
  void aKeyThatIsRotatedBeforeAShortAgeHoldsOfAllEndsNoSooner() {
    KeyId key = key();
    given.later(Duration.ofDays(400));
    set(Duration.ofDays(1));
    Instant end = given.stateOf(key).endsAt();
    given.later(Duration.ofDays(3));
    given.when(rotation(key, Duration.ofDays(5)));
    assertThat(given.stateOf(key).endsAt()).isEqualTo(end);
    given.later(AgeBound.NOTICE.minusDays(3).minusMillis(1));
    given.when(new CompleteRotation(ORGANIZATION, given.by(Actor.SYSTEM), key));
    given.when(rotation(key, null));
    assertThat(given.stateOf(key).endsAt()).isEqualTo(given.now().plus(Duration.ofDays(1)));
  }

  @Test
  void anOlderSecretThatBecameTooOldIsSaidToHaveEndedThen() {
    KeyId key = key();
    given.later(Duration.ofDays(50));
    set(Duration.ofDays(70));
    given.later(Duration.ofDays(10));
    Instant rotated = given.now();
    given.happened(
        new KeyRotated(key, new IssuedSecret("kl_bbbbbbb", "other", rotated), null, rotated));
    given.later(Duration.ofDays(21));
    Instant end = given.stateOf(key).createdAt().plus(Duration.ofDays(80));
    assertThat(given.stateOf(key).statusAt(end.minusMillis(1))).isEqualTo(Key.Status.ROTATING);
    assertThat(given.stateOf(key).statusAt(end)).isEqualTo(Key.Status.ACTIVE);
    assertThat(look()).containsExactly(new RotationCompleted(key, "kl_aaaaaaa", end, given.now()));
    assertThat(look()).isEmpty();
  }

  @Test
  void aRolledBackRotationGivesTheOlderSecretNoMoreThanItsAge() {
    set(AGE);
    given.later(Duration.ofDays(40));
    KeyId key = key();
    Instant end = given.now().plus(AGE);
    given.later(Duration.ofDays(80));
    given.when(rotation(key, null));
    given.when(new RollBackRotation(ORGANIZATION, given.by(developer), key));
    assertThat(given.stateOf(key).rotateBy()).isEqualTo(end);
    assertThat(look()).containsExactly(soon(key, end, 30));
  }

  @Test
  void aPolicyThatBoundsAgesTakesNobodysKeyForThirtyDays() {
    KeyId old = key();
    given.later(Duration.ofDays(400));
    KeyId young = key();
    Instant end = given.now().plus(AgeBound.NOTICE);
    set(AGE);
    assertThat(given.stateOf(old).endsAt()).isEqualTo(end);
    assertThat(given.stateOf(young).endsAt()).isEqualTo(given.now().plus(AGE));
    assertThat(look()).containsExactly(soon(old, end, 30));
  }

  @Test
  void whoAsksWhatAPolicyWouldDoIsToldWhichSecretsItWouldEnd() {
    KeyId old = key();
    given.later(Duration.ofDays(400));
    Consequences consequences =
        given.state.foresee(new SetPolicy(ORGANIZATION, given.by(OPERATOR), aged(AGE)));
    assertThat(consequences.secrets())
        .containsExactly(
            new TouchedSecret(old, "kl_aaaaaaa", null, given.now().plus(AgeBound.NOTICE)));
    assertThat(consequences.keys()).hasSize(1);
    assertThat(given.stateOf(old).endsAt()).isNull();
  }

  @Test
  void whatHasBecomeTooOldDoesNotLiveAgainUnderAMilderPolicy() {
    set(AGE);
    given.later(Duration.ofDays(40));
    KeyId key = key();
    given.later(AGE);
    Instant end = given.now();
    List<OrganizationEvent> events = set(Duration.ofDays(200));
    assertThat(events).first().isEqualTo(new KeyExpired(key, end, ExpiresBy.AGE, given.now()));
    assertThat(events.getLast()).isInstanceOf(PolicyChanged.class);
    assertThat(given.stateOf(key).isLiveAt(given.now())).isFalse();
  }

  @Test
  void ofTwoEndsTheFirstIsToldOf() {
    set(AGE);
    given.later(Duration.ofDays(40));
    Instant own = given.now().plus(Duration.ofDays(100));
    KeyId key = given.key("live", developer.member(), List.of(), own);
    given.later(Duration.ofDays(70));
    assertThat(look()).containsExactly(soon(key, own.minus(Duration.ofDays(10)), 30));
    given.when(rotation(key, null));
    assertThat(look())
        .containsExactly(new KeyEndingSoon(key, KeyEndingSoon.Cause.EXPIRY, own, 30, given.now()));
    given.later(Duration.ofDays(31));
    assertThat(look()).isEmpty();
    assertThat(given.when(new ExpireKey(ORGANIZATION, given.by(Actor.SYSTEM), key)))
        .containsExactly(new KeyExpired(key, own, given.now()));
  }

  @Test
  void whatIsTooOldIsRevokedAsWhatItIsAndCountsNoMore() {
    set(AGE);
    given.later(Duration.ofDays(40));
    KeyId key = key();
    assertThat(given.state.keys().live(given.now())).isEqualTo(1);
    given.later(AGE);
    assertThat(given.state.keys().live(given.now())).isZero();
    assertThat(given.when(new RevokeKey(ORGANIZATION, given.by(owner), key, null)))
        .containsExactly(new KeyExpired(key, given.now(), ExpiresBy.AGE, given.now()));
  }

  @Test
  void anOwnerOnlyShortensIt() {
    set(AGE);
    for (Duration longer : new Duration[] {Duration.ofDays(91), null}) {
      assertThat(given.refused(new SetPolicy(ORGANIZATION, given.by(owner), aged(longer))))
          .isEqualTo(new PolicyCeilingExceeded("keys.maximum_age"));
    }
    assertThat(given.when(new SetPolicy(ORGANIZATION, given.by(owner), aged(Duration.ofDays(60)))))
        .hasSize(1);
    assertThat(given.state.standing().policy().keys().ageBounds())
        .containsExactly(
            new AgeBound(AGE, given.now().plus(AgeBound.NOTICE)),
            new AgeBound(Duration.ofDays(60), given.now().plus(AgeBound.NOTICE)));
  }

  @Test
  void whatARequestSaysOfWhenItWasSetIsNotLookedAt() {
    ObjectNode policy = EventCodec.mapper().valueToTree(aged(AGE));
    ((ObjectNode) policy.get("keys"))
        .putArray("age_bounds")
        .addObject()
        .put("maximum_age", "PT24H")
        .put("holds_from", "2020-01-01T00:00:00Z");
    given.when(
        new SetPolicy(
            ORGANIZATION,
            given.by(OPERATOR),
            EventCodec.mapper().treeToValue(policy, Policy.class)));
    assertThat(given.state.standing().policy().keys().ageBounds())
        .containsExactly(new AgeBound(AGE, given.now().plus(AgeBound.NOTICE)));
    assertThat(set(AGE)).isEmpty();
  }

  @Test
  void itIsChangedEightTimesWithinItsNoticeAtMostAndTakenAwayAtAnyTime() {
    for (int i = 0; i < AgeBound.MOST; i++) {
      set(AGE.minusDays(i));
    }
    assertThat(
            given.refused(
                new SetPolicy(ORGANIZATION, given.by(OPERATOR), aged(Duration.ofDays(60)))))
        .isInstanceOfSatisfying(
            InvalidField.class,
            refusal -> assertThat(refusal.field()).isEqualTo("keys.maximum_age"));
    given.later(AgeBound.NOTICE);
    set(Duration.ofDays(60));
    set(null);
    assertThat(given.state.standing().policy().keys().ageBounds()).isNull();
  }

  @Test
  void aPolicyWaitsUntilItIsRecordedThatManyKeysAreTooOld() {
    set(AGE);
    given.later(Duration.ofDays(40));
    for (int i = 0; i <= KeyAges.MOST_WITH_A_POLICY; i++) {
      key();
    }
    given.later(AGE);
    assertThat(given.refused(new SetPolicy(ORGANIZATION, given.by(OPERATOR), aged(null))))
        .isInstanceOf(InvalidField.class);
    look();
    assertThat(set(null)).hasSize(KeyAges.MOST_WITH_A_POLICY + 2 - KeyAges.PORTION);
  }

  @Test
  void ofManyKeysItIsSaidInPortions() {
    for (int i = 0; i < KeyAges.PORTION + 3; i++) {
      key();
    }
    given.later(Duration.ofDays(400));
    set(AGE);
    assertThat(look()).hasSize(KeyAges.PORTION);
    assertThat(given.state.nextAge(given.now(), KeyAges.PORTION)).isEqualTo(given.now());
    assertThat(look()).hasSize(3);
    assertThat(given.state.nextAge(given.now(), 3))
        .isEqualTo(given.now().plus(Duration.ofDays(23)));
    assertThat(given.state.toWarnOf(List.of())).isEmpty();
  }

  @Test
  void aSnapshotIsOfAFormatOfItsOwnAndKnowsTheAges() {
    KeyId key = key();
    given.later(Duration.ofDays(400));
    set(AGE);
    given.state.pack();
    OrganizationSnapshot taken = OrganizationSnapshot.of(given.state);
    assertThat(taken.format()).isEqualTo(6);
    assertThat(OrganizationSnapshot.FORMATS).contains(taken.format());
    List<byte[]> parts = taken.parts();
    OrganizationState restored = OrganizationSnapshot.restore(parts.getFirst(), parts::get, true);
    assertThat(restored.keys().find(key)).contains(given.stateOf(key));
    assertThat(restored.standing()).isEqualTo(given.state.standing());
  }

  @Test
  void aChangeThatIsTakenBackLeavesTheKeysAsTheyWere() {
    KeyId key = key();
    given.later(Duration.ofDays(400));
    Key before = given.stateOf(key);
    Policy policy = given.state.standing().policy();
    Runnable back =
        given.state.apply(
            new PolicyChanged(policy, aged(AGE).setAt(given.now(), policy), true, given.now()),
            given.state.position() + 1);
    assertThat(given.stateOf(key)).isNotEqualTo(before);
    back.run();
    assertThat(given.stateOf(key)).isEqualTo(before);
    given.when(new RevokeKey(ORGANIZATION, given.by(owner), key, null));
    assertThat(given.stateOf(key).ended()).isEqualTo(Key.End.REVOKED);
  }
}
