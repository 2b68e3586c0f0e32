package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.organization.Key.Status;
import dev.keyledger.command.organization.KeyCommand.ExpireKey;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.RotateKey;
import dev.keyledger.events.Actor;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is shown of a key, at any time and whatever has become of it. */
class KeyTest {
  private final Given given = Given.anOrganizationOn("standard");
  private final Actor owner = given.member(Role.OWNER);

  @Test
  void aKeyWithoutAnEndIsActiveUntilItIsRevoked() {
    KeyId key = given.key("live", owner.member());
    given.later(Duration.ofDays(400));
    assertThat(given.stateOf(key).statusAt(given.now())).isEqualTo(Status.ACTIVE);
    assertThat(given.stateOf(key).endBy(given.now())).isEmpty();

    given.when(new RevokeKey(ORGANIZATION, given.by(owner), key, null));
    Instant end = given.now();
    given.later(Duration.ofDays(1));

    assertThat(given.stateOf(key).statusAt(given.now())).isEqualTo(Status.REVOKED);
    assertThat(given.stateOf(key).endBy(given.now())).contains(end);
  }

  @Test
  void aKeyExpiresAtItsEndWhetherOrNotAnEventSaysSo() {
    Instant end = given.now().plusSeconds(60);
    KeyId key = given.key("live", owner.member(), List.of(), end);
    Instant before = end.minusMillis(1);
    assertThat(given.stateOf(key).statusAt(before)).isEqualTo(Status.ACTIVE);
    assertThat(given.stateOf(key).endBy(before)).isEmpty();
    assertThat(given.stateOf(key).statusAt(end)).isEqualTo(Status.EXPIRED);
    assertThat(given.stateOf(key).endBy(end)).contains(end);

    given.later(Duration.ofHours(1));
    given.when(new ExpireKey(ORGANIZATION, given.by(Actor.SYSTEM), key));

    assertThat(given.stateOf(key).statusAt(given.now())).isEqualTo(Status.EXPIRED);
    assertThat(given.stateOf(key).endBy(given.now())).contains(end);
  }

  @Test
  void aKeyThatIsRevokedBeforeItsEndEndedThen() {
    KeyId key = given.key("live", owner.member(), List.of(), given.now().plusSeconds(60));
    given.when(new RevokeKey(ORGANIZATION, given.by(owner), key, null));
    Instant end = given.now();
    given.later(Duration.ofHours(1));
    assertThat(given.stateOf(key).statusAt(given.now())).isEqualTo(Status.REVOKED);
    assertThat(given.stateOf(key).endBy(given.now())).contains(end);
  }

  @Test
  void eachSecretIsKnownByWhatIsShownOfIt() {
    KeyId key = given.key("live", owner.member());
    given.when(new RotateKey(ORGANIZATION, given.by(owner), key, null, Given.secret()));
    Key rotating = given.stateOf(key);
    for (Key.Secret secret : rotating.secrets()) {
      assertThat(rotating.secretShownAs(secret.prefix())).contains(secret);
    }
    assertThat(rotating.secretShownAs("kl_live_other")).isEmpty();
  }
}
