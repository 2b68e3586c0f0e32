package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.OPERATOR;
import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.organization.Key.Status;
import dev.keyledger.command.organization.KeyCommand.CompleteRotation;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.RollBackRotation;
import dev.keyledger.command.organization.KeyCommand.RotateKey;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.KeyNotActive;
import dev.keyledger.command.organization.Refusal.NotRotating;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.RotationRolledBack;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollingBackRotationsTest {
  private final Given given = Given.anOrganizationOn("standard");
  private final Actor owner = given.member(Role.OWNER);
  private final KeyId key = given.key("live", owner.member());

  private RotateKey rotate() {
    return new RotateKey(ORGANIZATION, given.by(owner), key, Duration.ofHours(1), Given.secret());
  }

  private RollBackRotation rollBack(Actor by) {
    return new RollBackRotation(ORGANIZATION, given.by(by), key);
  }

  private String newest() {
    return given.stateOf(key).secrets().getLast().prefix();
  }

  @Test
  void theNewerSecretEndsAndTheOlderOneLivesOnBeyondItsGrace() {
    Key before = given.stateOf(key);
    given.when(rotate());
    String newer = newest();

    assertThat(given.when(rollBack(owner)))
        .containsExactly(new RotationRolledBack(key, newer, given.now()))
        .allMatch(Revoking::revokes);

    Instant end = given.now();
    given.later(Duration.ofHours(2));
    Key after = given.stateOf(key);
    assertThat(after.statusAt(given.now())).isEqualTo(Status.ACTIVE);
    assertThat(after.secrets().getLast()).isEqualTo(before.secrets().getLast());
    assertThat(after.liveSecretsAt(given.now())).containsOnlyKeys(newest());
    assertThat(after.secretShownAs(newer).orElseThrow().ended()).isTrue();
    assertThat(after.endOf(newer)).contains(end);
  }

  @Test
  void aKeysOwnEndIsTheOlderSecretsAgain() {
    Instant end = given.now().plus(Duration.ofHours(3));
    KeyId ending = given.key("live", owner.member(), List.of(), end);
    String older = given.stateOf(ending).secrets().getLast().prefix();
    given.when(
        new RotateKey(ORGANIZATION, given.by(owner), ending, Duration.ofHours(1), Given.secret()));
    given.when(new RollBackRotation(ORGANIZATION, given.by(owner), ending));
    assertThat(given.stateOf(ending).endOf(older)).contains(end);
  }

  @Test
  void theEndOfTheGraceThatWasSetRecordsNothingMore() {
    given.when(rotate());
    given.when(rollBack(owner));
    given.later(Duration.ofHours(2));
    assertThat(given.when(new CompleteRotation(ORGANIZATION, given.by(Actor.SYSTEM), key)))
        .isEmpty();
  }

  @Test
  void whatDoesNotRotateCannotBeRolledBack() {
    assertThat(given.refused(rollBack(owner))).isEqualTo(new NotRotating());
    given.when(rotate());
    given.when(rollBack(owner));
    assertThat(given.refused(rollBack(owner))).isEqualTo(new NotRotating());
    given.when(rotate());
    given.when(new CompleteRotation(ORGANIZATION, given.by(owner), key));
    assertThat(given.refused(rollBack(owner))).isEqualTo(new NotRotating());
  }

  /** By the clock, whether or not an event says so: what has ended is never good again. */
  @Test
  void aGraceThatHasRunOutCannotBeTakenBack() {
    given.when(rotate());
    given.later(Duration.ofHours(1));
    assertThat(given.refused(rollBack(owner))).isEqualTo(new NotRotating());
  }

  @Test
  void aKeyThatEndedCannotBeRolledBack() {
    given.when(rotate());
    given.when(new RevokeKey(ORGANIZATION, given.by(owner), key, null));
    assertThat(given.refused(rollBack(owner))).isEqualTo(new KeyNotActive());
  }

  @Test
  void itIsRotatedAgainAfterwardsAndEachTimeByTheSecretThatLives() {
    String first = newest();
    for (int i = 0; i < 3; i++) {
      given.when(rotate());
      assertThat(given.stateOf(key).secrets().getFirst().prefix()).isEqualTo(first);
      given.when(rollBack(owner));
    }
    given.when(rotate());
    given.when(new CompleteRotation(ORGANIZATION, given.by(owner), key));
    assertThat(given.stateOf(key).liveSecretsAt(given.now()))
        .containsOnlyKeys(newest())
        .doesNotContainKey(first);
  }

  /** Else whoever holds the older secret keeps it alive that way. */
  @Test
  void whoMayNotHaveANewSecretOfItMayNotKeepAnOldOneAliveEither() {
    given.when(rotate());
    assertThat(given.refused(rollBack(given.member(Role.DEVELOPER)))).isEqualTo(new Forbidden());
    assertThat(given.when(rollBack(OPERATOR))).hasSize(1);

    var octopus = Given.anOrganizationOn("octopus-cards");
    KeyId pair = octopus.key("sandbox", null);
    octopus.when(new RotateKey(ORGANIZATION, octopus.by(OPERATOR), pair, null, Given.secret()));
    Actor boss = octopus.member(Role.OWNER);
    assertThat(octopus.refused(new RollBackRotation(ORGANIZATION, octopus.by(boss), pair)))
        .isEqualTo(new Forbidden());
  }

  @Test
  void whatItWouldDoIsToldBeforehand() {
    given.when(rotate());
    String newer = newest();
    var touched = given.state.foresee(rollBack(owner)).secrets();
    assertThat(touched).hasSize(2);
    assertThat(touched)
        .anySatisfy(secret -> {
          assertThat(secret.prefix()).isEqualTo(newer);
          assertThat(secret.endsAtBefore()).isNull();
          assertThat(secret.endsAt()).isEqualTo(given.now());
        })
        .anySatisfy(secret -> {
          assertThat(secret.prefix()).isNotEqualTo(newer);
          assertThat(secret.endsAtBefore()).isEqualTo(given.now().plus(Duration.ofHours(1)));
          assertThat(secret.endsAt()).isNull();
        });
  }
}
