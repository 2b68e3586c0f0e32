package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.organization.Key.Status;
import dev.keyledger.command.organization.KeyCommand.ExpireKey;
import dev.keyledger.command.organization.KeyCommand.ResumeKey;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.RotateKey;
import dev.keyledger.command.organization.KeyCommand.SuspendKey;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.Refusal.KeyNotActive;
import dev.keyledger.command.organization.Refusal.KeyNotFound;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A key is refused for a while, to see who misses it. */
class SuspendingKeysTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final Given given = Given.anOrganizationOn("standard");
  private final Actor owner = given.member(Role.OWNER);
  private final KeyId key = given.key("live", owner.member());

  private SuspendKey suspend(Instant until) {
    return new SuspendKey(ORGANIZATION, given.by(owner), key, until, "who uses it?");
  }

  private ResumeKey resume(Actor by) {
    return new ResumeKey(ORGANIZATION, given.by(by), key);
  }

  private Status status() {
    return given.stateOf(key).statusAt(given.now());
  }

  private Instant in(Duration time) {
    return given.now().plus(time);
  }

  @Test
  void aKeyIsSuspendedUntilATimeAndWorksAgainThenWhetherOrNotAnEventSaysSo() {
    Instant until = in(HOUR);

    assertThat(given.when(suspend(until)))
        .containsExactly(new KeySuspended(key, until, "who uses it?", given.now()));
    assertThat(status()).isEqualTo(Status.SUSPENDED);
    assertThat(given.stateOf(key).suspendedUntil(given.now())).isEqualTo(until);

    given.later(HOUR.minusMillis(1));
    assertThat(status()).isEqualTo(Status.SUSPENDED);
    given.later(Duration.ofMillis(1));
    assertThat(status()).isEqualTo(Status.ACTIVE);
    assertThat(given.stateOf(key).suspendedUntil(given.now())).isNull();
  }

  @Test
  void thePlatformRecordsThatASuspensionIsOverOnceItIsAndOnce() {
    Instant until = in(HOUR);
    given.when(suspend(until));

    assertThat(given.when(resume(Actor.SYSTEM))).isEmpty();
    given.later(HOUR.multipliedBy(2));

    assertThat(given.when(resume(Actor.SYSTEM)))
        .containsExactly(new KeyResumed(key, until, given.now()));
    assertThat(given.when(resume(Actor.SYSTEM))).isEmpty();
  }

  @Test
  void withoutATimeItLastsUntilSomebodyResumesIt() {
    given.when(suspend(null));
    given.later(Duration.ofDays(1_000));

    assertThat(given.when(resume(Actor.SYSTEM))).isEmpty();
    assertThat(status()).isEqualTo(Status.SUSPENDED);
    assertThat(given.when(resume(owner)))
        .containsExactly(new KeyResumed(key, given.now(), given.now()));
    assertThat(status()).isEqualTo(Status.ACTIVE);
  }

  @Test
  void resumingAKeyThatIsNotSuspendedIsNoErrorAndNoEvent() {
    assertThat(given.when(resume(owner))).isEmpty();
    given.when(suspend(in(HOUR)));
    given.later(HOUR);
    assertThat(given.when(resume(owner))).isEmpty();
  }

  @Test
  void suspendingASuspendedKeyChangesTheEnd() {
    given.when(suspend(in(HOUR)));
    Instant later = in(HOUR.multipliedBy(3));

    assertThat(given.when(suspend(later))).hasSize(1);
    assertThat(given.when(suspend(later))).isEmpty();
    assertThat(given.when(suspend(null))).hasSize(1);
    assertThat(given.stateOf(key).suspendedUntil(given.now())).isNull();
    Instant earlier = in(Duration.ofMinutes(1));
    assertThat(given.when(suspend(earlier))).hasSize(1);
    given.later(Duration.ofMinutes(1));
    assertThat(status()).isEqualTo(Status.ACTIVE);
  }

  @Test
  void theEndOfOneThatIsOverIsRecordedBeforeTheNextBegins() {
    Instant first = in(HOUR);
    given.when(suspend(first));
    given.later(HOUR.multipliedBy(2));
    Instant second = in(HOUR);

    assertThat(given.when(suspend(second)))
        .containsExactly(
            new KeyResumed(key, first, given.now()),
            new KeySuspended(key, second, "who uses it?", given.now()));
  }

  @Test
  void itEndsNowAtTheEarliestAndWithinNinetyDays() {
    for (Instant until :
        List.of(given.now().minusMillis(1), in(Duration.ofDays(90)).plusMillis(1))) {
      assertThat(given.refused(suspend(until)))
          .isInstanceOfSatisfying(
              InvalidField.class, r -> assertThat(r.field()).isEqualTo("until"));
    }
    assertThat(given.when(suspend(in(Duration.ofDays(90))))).hasSize(1);
    assertThat(given.when(suspend(given.now()))).hasSize(1);
    assertThat(status()).isEqualTo(Status.ACTIVE);
  }

  @Test
  void aReasonIsGiven() {
    for (String reason : List.of("", " ", "x".repeat(201), "a\u0000")) {
      assertThat(
              Given.refusalOf(
                  () -> new SuspendKey(ORGANIZATION, given.by(owner), key, null, reason)))
          .isInstanceOfSatisfying(
              InvalidField.class, r -> assertThat(r.field()).isEqualTo("reason"));
    }
  }

  @Test
  void whatHasEndedIsNeitherSuspendedNorResumed() {
    KeyId expired = given.key("live", owner.member(), List.of(), in(HOUR));
    given.when(new RevokeKey(ORGANIZATION, given.by(owner), key, null));
    given.later(HOUR);

    assertThat(given.refused(suspend(null))).isEqualTo(new KeyNotActive());
    assertThat(given.refused(resume(owner))).isEqualTo(new KeyNotActive());
    assertThat(given.refused(new SuspendKey(ORGANIZATION, given.by(owner), expired, null, "why")))
        .isEqualTo(new KeyNotActive());
    assertThat(given.refused(new ResumeKey(ORGANIZATION, given.by(owner), expired)))
        .isEqualTo(new KeyNotActive());
  }

  @Test
  void aSuspendedKeyIsRevokedRotatedAndExpiresAsAnyOther() {
    KeyId ending = given.key("live", owner.member(), List.of(), in(HOUR));
    given.when(suspend(null));
    given.when(new SuspendKey(ORGANIZATION, given.by(owner), ending, null, "why"));

    given.when(new RotateKey(ORGANIZATION, given.by(owner), key, null, Given.secret()));
    assertThat(status()).isEqualTo(Status.SUSPENDED);
    assertThat(given.when(new RevokeKey(ORGANIZATION, given.by(owner), key, null)))
        .containsExactly(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, given.now()));
    assertThat(status()).isEqualTo(Status.REVOKED);
    assertThat(given.stateOf(key).suspension()).isNull();

    given.later(HOUR);
    assertThat(given.stateOf(ending).statusAt(given.now())).isEqualTo(Status.EXPIRED);
    given.when(new ExpireKey(ORGANIZATION, given.by(Actor.SYSTEM), ending));
    assertThat(given.stateOf(ending).suspension()).isNull();
  }

  @Test
  void aSuspendedKeyStillCounts() {
    given.when(suspend(null));
    assertThat(given.state.keys().liveIn("live", given.now())).isEqualTo(1);
  }

  @Test
  void whoMayNotRevokeItMayNeitherSuspendNorResumeIt() {
    Actor auditor = given.member(Role.AUDITOR);
    assertThat(given.refused(new SuspendKey(ORGANIZATION, given.by(auditor), key, null, "why")))
        .isEqualTo(new Forbidden());
    assertThat(given.refused(resume(auditor))).isEqualTo(new Forbidden());
    assertThat(
            given.refused(
                new SuspendKey(ORGANIZATION, given.by(owner), Given.keyId(), null, "why")))
        .isEqualTo(new KeyNotFound());
  }
}
