package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.OPERATOR;
import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.SuspendKey;
import dev.keyledger.command.organization.KeyCommand.WarnOfEnd;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyEndingSoon;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EndsComeNearTest {
  private final Given given = Given.anOrganizationOn("standard");
  private final Actor owner = given.member(Role.OWNER);
  private final Actor developer = given.member(Role.DEVELOPER);

  private KeyId endingIn(Duration life) {
    return given.key("live", developer.member(), List.of(), given.now().plus(life));
  }

  private List<OrganizationEvent> look(KeyId key) {
    return given.when(new WarnOfEnd(ORGANIZATION, given.by(Actor.SYSTEM), key));
  }

  private KeyEndingSoon soon(KeyId key, int days) {
    Instant end = given.stateOf(key).expiresAt();
    return new KeyEndingSoon(key, KeyEndingSoon.Cause.EXPIRY, end, days, given.now());
  }

  @Test
  void itIsSaidThirtyDaysSevenAndOneBeforeTheEndAndEachOnce() {
    KeyId key = endingIn(Duration.ofDays(90));
    assertThat(look(key)).isEmpty();
    given.later(Duration.ofDays(60).minusMillis(1));
    assertThat(look(key)).isEmpty();
    given.later(Duration.ofMillis(1));
    assertThat(look(key)).containsExactly(soon(key, 30));
    assertThat(look(key)).isEmpty();
    given.later(Duration.ofDays(23));
    assertThat(look(key)).containsExactly(soon(key, 7));
    given.later(Duration.ofDays(5));
    assertThat(look(key)).isEmpty();
    given.later(Duration.ofDays(1));
    assertThat(look(key)).containsExactly(soon(key, 1));
    assertThat(look(key)).isEmpty();
  }

  @Test
  void whoeverWasNotLookedAtForLongIsToldTheNearestAlone() {
    KeyId key = endingIn(Duration.ofDays(90));
    given.later(Duration.ofDays(89).plusHours(3));
    assertThat(look(key)).containsExactly(soon(key, 1));
    assertThat(look(key)).isEmpty();
  }

  @Test
  void aKeyThatIsMadeWithLessLeftIsNotWarnedOfWhatWasKnown() {
    KeyId month = endingIn(Duration.ofDays(30));
    KeyId days = endingIn(Duration.ofDays(3));
    KeyId hours = endingIn(Duration.ofHours(5));
    assertThat(look(month)).isEmpty();
    given.later(Duration.ofHours(4));
    assertThat(look(month)).isEmpty();
    assertThat(look(days)).isEmpty();
    assertThat(look(hours)).isEmpty();
    given.later(Duration.ofDays(2));
    assertThat(look(days)).containsExactly(soon(days, 1));
    given.later(Duration.ofDays(21));
    assertThat(look(month)).containsExactly(soon(month, 7));
  }

  @Test
  void whatHasEndedOrHasNoEndIsNotWarnedOf() {
    KeyId revoked = endingIn(Duration.ofDays(90));
    KeyId past = endingIn(Duration.ofDays(40));
    KeyId endless = given.key("live", developer.member());
    given.when(new RevokeKey(ORGANIZATION, given.by(owner), revoked, null));
    given.later(Duration.ofDays(70));
    for (KeyId key : List.of(revoked, past, endless, Given.keyId())) {
      assertThat(look(key)).isEmpty();
    }
    assertThat(given.stateOf(past).nextWarningAfter(given.now())).isEmpty();
    assertThat(given.stateOf(endless).nextWarningAfter(given.now())).isEmpty();
  }

  @Test
  void aSuspendedKeyEndsAllTheSame() {
    KeyId key = endingIn(Duration.ofDays(90));
    given.when(new SuspendKey(ORGANIZATION, given.by(owner), key, null, "why"));
    given.later(Duration.ofDays(60));
    assertThat(look(key)).containsExactly(soon(key, 30));
  }

  @Test
  void nobodyButThePlatformSaysIt() {
    KeyId key = endingIn(Duration.ofDays(90));
    given.later(Duration.ofDays(60));
    for (Actor by : List.of(owner, developer, OPERATOR)) {
      assertThat(given.refused(new WarnOfEnd(ORGANIZATION, given.by(by), key)))
          .isEqualTo(new Forbidden());
    }
  }

  @Test
  void itRevokesNothingAndCountsAgainstNoRate() {
    KeyId key = endingIn(Duration.ofDays(90));
    given.later(Duration.ofDays(60));
    List<Long> counted = given.state.countedTimes();
    assertThat(look(key)).hasSize(1).noneMatch(Revoking::revokes);
    assertThat(given.state.countedTimes()).isEqualTo(counted);
  }

  @Test
  void whoMadeTheKeyIsToldAndWhoManagesTheOrganizationWhereKeysAreItsOwn() {
    KeyId key = endingIn(Duration.ofDays(90));
    given.later(Duration.ofDays(60));
    assertThat(given.state.toTellOf(look(key))).containsExactly(developer.person());

    var syncgram = Given.anOrganizationOn("syncgram-pay");
    Actor boss = syncgram.member(Role.OWNER);
    Actor maker = syncgram.member(Role.DEVELOPER);
    syncgram.member(Role.AUDITOR);
    KeyId theirs =
        syncgram.key("test", maker.member(), List.of(), syncgram.now().plus(Duration.ofDays(90)));
    syncgram.later(Duration.ofDays(60));
    assertThat(
            syncgram.state.toTellOf(
                syncgram.when(new WarnOfEnd(ORGANIZATION, syncgram.by(Actor.SYSTEM), theirs))))
        .containsExactlyInAnyOrder(boss.person(), maker.person());
  }

  /** However often, and at which times, it is looked at. */
  @Test
  void aKeyIsWarnedOfAtMostOnceForEachOfTheDaysAndEverNearer() {
    var random = new Random(7);
    for (int round = 0; round < 200; round++) {
      KeyId key = endingIn(Duration.ofMinutes(1 + random.nextInt(60 * 24 * 60)));
      Key made = given.stateOf(key);
      var said = new ArrayList<Integer>();
      for (int i = 0; i < 12; i++) {
        given.later(Duration.ofMinutes(random.nextInt(9 * 24 * 60)));
        for (OrganizationEvent event : look(key)) {
          var soon = (KeyEndingSoon) event;
          said.add(soon.daysLeft());
          Instant threshold = soon.dueAt().minus(Duration.ofDays(soon.daysLeft()));
          assertThat(soon.at()).isBetween(threshold, soon.dueAt());
          assertThat(threshold).isAfter(made.createdAt());
        }
        assertThat(look(key)).isEmpty();
        given
            .stateOf(key)
            .nextWarningAfter(given.now())
            .ifPresent(next -> assertThat(next).isAfter(given.now()));
      }
      assertThat(said).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b - a);
    }
  }
}
