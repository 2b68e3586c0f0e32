package dev.keyledger.command.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.command.organization.KeyCommand.RotateKey;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrganizationStateTest {

  @Test
  void aStreamHasNoGaps() {
    var given = Given.anOrganizationOn("standard");
    assertThatThrownBy(() -> given.state.apply(new OrganizationVerified(given.now()), 2))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> given.state.apply(new OrganizationVerified(given.now()), 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSnapshotAsJsonRestoresEverythingThatIsDecidedOn() {
    Given given = busy();
    byte[] json = EventCodec.encode(OrganizationSnapshot.of(given.state));
    OrganizationState restored = EventCodec.decode(json, OrganizationSnapshot.class).restore();
    assertThat(OrganizationSnapshot.of(restored)).isEqualTo(OrganizationSnapshot.of(given.state));
    assertThat(restored.keys().live(given.now())).isEqualTo(given.state.keys().live(given.now()));
    assertThat(restored.keys().live(given.now().plus(Duration.ofDays(2))))
        .isEqualTo(given.state.keys().live(given.now().plus(Duration.ofDays(2))));
  }

  @Test
  void aCopyGoesItsOwnWay() {
    Given given = busy();
    OrganizationState copy = given.state.copy();
    KeyId key = copy.keys().all().iterator().next().id();
    copy.apply(
        new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, given.now()), copy.position() + 1);
    assertThat(given.state.keys().find(key).orElseThrow().ended()).isNull();
    assertThat(given.state.keys().live(given.now())).isEqualTo(copy.keys().live(given.now()) + 1);
  }

  private static Given busy() {
    var given = Given.anOrganizationOn("standard");
    Actor owner = given.member(Role.OWNER);
    KeyId rotating = given.key("live", owner.member(), List.of("a.b"), null);
    given.key("test", owner.member(), List.of(), given.now().plus(Duration.ofDays(1)));
    KeyId gone = given.key("test", owner.member());
    given.happened(new KeyRevoked(gone, KeyRevoked.Cause.REQUESTED, null, given.now()));
    given.when(new RotateKey(Given.ORGANIZATION, given.by(owner), rotating, null, Given.secret()));
    return given;
  }
}
