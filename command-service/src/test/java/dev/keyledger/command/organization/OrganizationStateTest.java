package dev.keyledger.command.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.keyledger.command.organization.KeyCommand.RotateKey;
import dev.keyledger.events.Actor;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
  void aSnapshotRestoresEverythingThatIsDecidedOn() {
    Given given = busy();
    List<Key> before = given.allKeys();
    given.state.pack();
    OrganizationState restored = restored(given.state, true);
    assertThat(restored.position()).isEqualTo(given.state.position());
    assertThat(restored.standing()).isEqualTo(given.state.standing());
    assertThat(restored.newestRevocation()).isEqualTo(given.state.newestRevocation());
    assertThat(restored.members().all()).containsExactlyElementsOf(given.state.members().all());
    assertThat(restored.keys().open()).isEqualTo(given.state.keys().open());
    assertThat(before)
        .allSatisfy(key ->
            assertThat(restored.keys().find(key.id()))
                .isEqualTo(given.state.keys().find(key.id())));
    for (Instant at : List.of(given.now(), given.now().plus(Duration.ofDays(2)))) {
      assertThat(restored.keys().live(at)).isEqualTo(given.state.keys().live(at));
    }
    MemberId owner = given.state.members().all().iterator().next().id();
    assertThat(restored.keys().creationsBy(owner).all())
        .hasSize(3)
        .containsExactlyInAnyOrderElementsOf(given.state.keys().creationsBy(owner).all());
  }

  /** By a long life of all that may become of keys, in whatever order. */
  @Test
  void aSnapshotRestoresWhateverHasHappenedToKeys() {
    var given = Given.anOrganizationOn("standard");
    var unpacked = Given.anOrganizationOn("standard");
    var random = new Random(7);
    List<Actor> members =
        List.of(given.member(Role.OWNER), given.member(Role.ADMIN), given.member(Role.DEVELOPER));
    List<List<String>> scopes =
        List.of(List.of(), List.of("clients.read"), List.of("clients.read", "payments.read"));
    var open = new ArrayList<KeyId>();
    for (int i = 0; i < 400; i++) {
      given.later(Duration.ofMillis(random.nextInt(100_000)));
      KeyId key = Given.keyId();
      Actor by = members.get(random.nextInt(members.size()));
      String environment = random.nextBoolean() ? "live" : "test";
      Instant end =
          random.nextInt(4) == 0 ? given.now().plusMillis(random.nextInt(10_000_000)) : null;
      happened(
          given,
          unpacked,
          new KeyCreated(
              key,
              "é😀".repeat(1 + random.nextInt(120)),
              environment,
              scopes.get(random.nextInt(scopes.size())),
              random.nextInt(5) == 0 ? null : by.member(),
              new IssuedSecret("kl_" + i, "verifier" + i, given.now()),
              end,
              given.now()));
      open.add(key);
      KeyId other = open.get(random.nextInt(open.size()));
      String older = given.stateOf(other).secrets().getLast().prefix();
      // Whole seconds, milliseconds, and what is shorter.
      Instant until = random.nextBoolean() ? null : given.now().plusNanos(random.nextInt(3_000));
      switch (random.nextInt(8)) {
        case 6 -> happened(given, unpacked, new KeySuspended(other, until, "why", given.now()));
        case 7 -> happened(given, unpacked, new KeyResumed(other, given.now(), given.now()));
        case 0 -> {
          happened(
              given,
              unpacked,
              new KeyRevoked(other, KeyRevoked.Cause.REQUESTED, null, given.now()));
          open.remove(other);
        }
        case 1 -> {
          happened(given, unpacked, new KeyExpired(other, given.now().minusMillis(5), given.now()));
          open.remove(other);
        }
        case 2 ->
            happened(given, unpacked, new KeyRenamed(other, "before", "after" + i, given.now()));
        default ->
            happened(
                given,
                unpacked,
                new KeyRotated(
                    other,
                    new IssuedSecret("rotated_" + i, "other verifier" + i, given.now()),
                    until,
                    given.now()));
      }
      if (random.nextInt(5) == 0 && given.stateOf(open.getFirst()).secrets().size() == 2) {
        happened(
            given,
            unpacked,
            new RotationCompleted(open.getFirst(), older, given.now(), given.now()));
      }
      if (random.nextInt(10) == 0) {
        given.state.pack();
      }
    }
    given.state.pack();

    OrganizationState restored = restored(given.state, true);

    assertThat(restored.keys().open()).isEqualTo(given.state.keys().open());
    assertThat(restored.keys().size()).isEqualTo(400);
    assertThat(restored.id()).isEqualTo(Given.ORGANIZATION);
    for (Key key : given.allKeys()) {
      assertThat(restored.keys().find(key.id())).contains(key);
      assertThat(key)
          .usingRecursiveComparison()
          .ignoringFields("secrets")
          .isEqualTo(unpacked.stateOf(key.id()));
      Key.Secret newest = unpacked.stateOf(key.id()).secrets().getLast();
      assertThat(key.secrets().getLast().prefix()).isEqualTo(newest.prefix());
      assertThat(key.secrets().getLast().createdAt()).isEqualTo(newest.createdAt());
    }
    for (Actor member : members) {
      assertThat(restored.keys().creationsBy(member.member()).all())
          .isNotEmpty()
          .containsExactlyInAnyOrderElementsOf(
              given.state.keys().creationsBy(member.member()).all());
    }
    assertThat(restored.bytes()).isCloseTo(given.state.bytes(), withinPercentage(15));
    assertThat(restored(restored, true).keys().open()).isEqualTo(restored.keys().open());
  }

  private static void happened(Given one, Given other, OrganizationEvent event) {
    one.happened(event);
    other.happened(event);
  }

  @Test
  void aKeyThatEndedIsFoundHoweverMuchLongerItIsThanThoseBeforeIt() {
    for (int before = 0; before < 20; before++) {
      var given = Given.anOrganizationOn("standard");
      for (int i = 0; i <= before; i++) {
        KeyId key = Given.keyId();
        given.happened(
            new KeyCreated(
                key,
                i < before ? "short" : "😀".repeat(255),
                "live",
                List.of(),
                null,
                new IssuedSecret("kl_aaaaaaa", "", given.now()),
                null,
                given.now()),
            new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, given.now()));
      }
      List<Key> ended = given.allKeys();
      given.state.pack();
      assertThat(given.allKeys()).isEqualTo(ended);
      assertThat(restored(given.state, true).keys().find(ended.getLast().id()))
          .contains(ended.getLast());
    }
  }

  @Test
  void aSnapshotsPartsAreOfAMegabyteAtMost() {
    var given = Given.anOrganizationOn("standard");
    MemberId owner = given.member(Role.OWNER).member();
    assertThat(OrganizationSnapshot.of(given.state).parts()).hasSize(1);
    for (int i = 0; i < 2_500; i++) {
      given.happened(
          new KeyCreated(
              Given.keyId(),
              "😀".repeat(255),
              "live",
              List.of(),
              owner,
              new IssuedSecret("kl_aaaaaaa", "verifier", given.now()),
              null,
              given.now()));
    }

    OrganizationSnapshot snapshot = OrganizationSnapshot.of(given.state);

    assertThat(snapshot.position()).isEqualTo(given.state.position());
    List<byte[]> parts = snapshot.parts();
    assertThat(parts).hasSize(4);
    assertThat(parts).allSatisfy(part -> assertThat(part).hasSizeLessThanOrEqualTo(1 << 20));
    assertThat(restored(snapshot, true).keys().open()).isEqualTo(given.state.keys().open());
  }

  @Test
  void aSnapshotIsOfTheMomentWhenItWasTaken() {
    Given given = busy();
    given.state.pack();
    OrganizationSnapshot taken = OrganizationSnapshot.of(given.state);
    long position = given.state.position();
    Key open = given.state.keys().open().getFirst();
    given.happened(new KeyRevoked(open.id(), KeyRevoked.Cause.REQUESTED, null, given.now()));
    given.state.pack();

    OrganizationState restored = restored(taken, true);

    assertThat(restored.position()).isEqualTo(position);
    assertThat(restored.keys().find(open.id())).contains(open);
  }

  @Test
  void ofAKeyThatEndedNothingIsLeftThatNoCommandShowsOrJudgesBy() {
    Given given = busy();
    Key ended =
        given.allKeys().stream().filter(key -> key.ended() != null).findFirst().orElseThrow();
    Key.Secret newest = ended.secrets().getLast();
    assertThat(newest.verifier()).isEqualTo("verifier");

    given.state.pack();

    Key packed = given.stateOf(ended.id());
    assertThat(packed)
        .isEqualTo(
            new Key(
                ended.id(),
                ended.name(),
                ended.environment(),
                ended.scopes(),
                ended.createdBy(),
                ended.createdAt(),
                ended.expiresAt(),
                ended.ended(),
                ended.endedAt(),
                List.of(
                    new Key.Secret(newest.prefix(), "", newest.createdAt(), null, false, false)),
                null,
                null));
  }

  @Test
  void aKeyThatEndedTakesAHundredBytes() {
    var given = Given.anOrganizationOn("standard");
    MemberId owner = given.member(Role.OWNER).member();
    long before = given.state.bytes();
    // More than one part of a snapshot holds.
    int keys = 40_000;
    for (int i = 0; i < keys; i++) {
      KeyId key = given.key("live", owner, List.of("clients.read"), null);
      given.happened(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, given.now()));
      given.state.pack();
    }
    assertThat((given.state.bytes() - before) / keys).isBetween(65L, 100L);
    assertThat(given.state.keys().size()).isEqualTo(keys);
    assertThat(given.state.keys().open()).isEmpty();
    OrganizationState restored = restored(given.state, true);
    assertThat(restored.keys().size()).isEqualTo(keys);
    assertThat(restored.bytes()).isCloseTo(given.state.bytes(), withinPercentage(15));
    assertThat(given.allKeys())
        .allSatisfy(key -> assertThat(restored.keys().find(key.id())).contains(key));
  }

  /** By it is decided which organisations stay in memory. */
  @Test
  void whatAnOrganizationTakesInMemoryGrowsWithAllThatItHolds() {
    var given = Given.anOrganizationOn("standard");
    long empty = given.state.bytes();
    assertThat(empty).isBetween(8_000L, 10_000L);
    var members = new ArrayList<Actor>();
    for (int i = 0; i < 100; i++) {
      members.add(given.member(Role.EMPLOYEE));
    }
    long peopled = given.state.bytes();
    assertThat(peopled - empty).isBetween(40_000L, 60_000L);
    for (Actor member : members) {
      given.key("live", member.member(), List.of("scope.of" + member.member().hashCode()), null);
    }
    long keyed = given.state.bytes();
    assertThat(keyed - peopled).isBetween(75_000L, 95_000L);
    for (Key key : given.allKeys()) {
      given.happened(new KeyRevoked(key.id(), KeyRevoked.Cause.REQUESTED, null, given.now()));
    }
    given.state.pack();
    // Each had its own scopes and another creator, which an ended one still names.
    assertThat(given.state.bytes() - peopled).isBetween(35_000L, 50_000L);

    var withOne = Given.anOrganizationOn("standard");
    KeyId first = withOne.key("live", null);
    withOne.happened(new KeyRevoked(first, KeyRevoked.Cause.REQUESTED, null, withOne.now()));
    withOne.state.pack();
    // With the first there is room for a few more.
    assertThat(withOne.state.bytes() - empty).isBetween(1_000L, 2_000L);

    OrganizationState ofOpen = OrganizationState.emptyOfOpenKeys();
    assertThat(ofOpen.bytes()).isBetween(8_000L, 9_000L);
  }

  @Test
  void whatIsSaidOfAKeyThatHasEndedIsKeptAndTheKeyStaysOne() {
    Given given = busy();
    MemberId owner = given.state.members().all().iterator().next().id();
    Key ended =
        given.allKeys().stream().filter(key -> key.ended() != null).findFirst().orElseThrow();
    given.state.pack();
    given.happened(new KeyRenamed(ended.id(), ended.name(), "known later", given.now()));
    assertThat(given.state.keys().open()).hasSize(2);
    given.state.pack();

    OrganizationState restored = restored(given.state, true);

    assertThat(restored.keys().find(ended.id()).orElseThrow().name()).isEqualTo("known later");
    assertThat(restored.keys().size()).isEqualTo(3);
    assertThat(restored.keys().creationsBy(owner).all()).hasSize(3);
  }

  @Test
  void ofAKeyThatEndsNoEventTellsTwice() {
    Given given = busy();
    Key ended =
        given.allKeys().stream().filter(key -> key.ended() != null).findFirst().orElseThrow();
    assertThat(given.state.keys().find(ended.id())).contains(ended);
    assertThat(given.state.keys().open()).hasSize(2).doesNotContain(ended);
  }

  @Test
  void thePositionOfWhatRevokedLastIsKept() {
    var given = Given.anOrganizationOn("standard");
    assertThat(given.state.newestRevocation()).isNull();
    Actor owner = given.member(Role.OWNER);
    KeyId key = given.key("live", owner.member());
    given.happened(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, given.now()));
    long position = given.state.position();
    given.key("live", owner.member());
    assertThat(given.state.newestRevocation()).isEqualTo(position).isEqualTo(3);
    assertThat(restored(given.state, true).newestRevocation()).isEqualTo(position);
  }

  @Test
  void anOrganizationIsRegisteredOnceAndFirst() {
    var given = Given.anOrganizationOn("standard");
    var again =
        new OrganizationRegistered(
            Given.ORGANIZATION,
            "acme",
            "Acme",
            OrganizationKind.STANDARD,
            null,
            Given.PRESETS.find("standard").orElseThrow(),
            given.now());
    assertThatThrownBy(() -> given.happened(again)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new Given().happened(new OrganizationVerified(given.now())))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatIsSaidOfAKeyOrMemberThatNeverWasStopsTheFold() {
    var given = Given.anOrganizationOn("standard");
    MemberId nobody = new MemberId(Given.keyId().value().replace(KeyId.PREFIX, MemberId.PREFIX));
    assertThatThrownBy(() -> given.happened(new MemberRemoved(nobody, Role.OWNER, given.now())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(nobody.value());
    KeyId none = Given.keyId();
    assertThatThrownBy(() -> given.happened(new KeyRenamed(none, "a", "b", given.now())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(none.value());
  }

  @Test
  void aReaderOfOpenKeysForgetsThoseThatEnd() {
    Given given = busy();
    given.state.pack();
    OrganizationState restored = restored(given.state, false);
    assertThat(restored.keys().open()).isEqualTo(given.state.keys().open());
    assertThat(restored.keys().size()).isEqualTo(restored.keys().open().size());
    assertThat(restored.newestRevocation()).isEqualTo(given.state.newestRevocation());
    KeyId key = restored.keys().open().getFirst().id();
    restored.apply(
        new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, given.now()),
        restored.position() + 1);
    assertThat(restored.keys().find(key).orElseThrow().ended()).isEqualTo(Key.End.REVOKED);
    restored.pack();
    assertThat(restored.keys().find(key)).isEmpty();
  }

  @Test
  void aPartThatIsNotAsItWasWrittenIsNoSnapshot() {
    Given given = busy();
    given.state.pack();
    List<byte[]> parts = OrganizationSnapshot.of(given.state).parts();
    parts.getLast()[20]++;
    assertThatThrownBy(() -> OrganizationSnapshot.restore(parts.getFirst(), parts::get, true))
        .isInstanceOf(IllegalStateException.class);
  }

  /** As an append that failed has it. */
  @Test
  void whatWasAppliedAndNotPackedAwayCanBeTakenBack() {
    Given given = busy();
    given.state.pack();
    Actor owner = new Actor(Actor.Kind.OPERATOR, Given.person(), null, null);
    OrganizationState before = restored(given.state, true);
    MemberId first = before.members().all().iterator().next().id();
    Key open = given.state.keys().open().getFirst();
    KeyId made = Given.keyId();
    var back = new ArrayDeque<Runnable>();
    for (OrganizationEvent event :
        List.of(
            new KeyRenamed(open.id(), open.name(), "other", given.now()),
            new KeyCreated(
                made,
                "made",
                "live",
                List.of(),
                first,
                new IssuedSecret("kl_aaaaaaa", "verifier", given.now()),
                given.now().plusSeconds(5),
                given.now()),
            new KeyRevoked(made, KeyRevoked.Cause.REQUESTED, null, given.now()),
            new KeyRevoked(open.id(), KeyRevoked.Cause.REQUESTED, null, given.now()),
            new MemberRoleChanged(first, Role.OWNER, Role.ADMIN, given.now()),
            new MemberRemoved(first, Role.ADMIN, given.now()),
            new MemberAdded(
                new MemberId(first.value().replace('0', '1')),
                Given.person(),
                new SealedText(owner.person(), "sealed"),
                Role.OWNER,
                given.now()),
            new OrganizationSuspended(null, given.now()))) {
      back.push(given.state.apply(event, given.state.position() + 1));
    }

    back.forEach(Runnable::run);
    given.state.pack();

    assertThat(given.state.position()).isEqualTo(before.position());
    assertThat(given.state.standing()).isEqualTo(before.standing());
    assertThat(given.state.newestRevocation()).isEqualTo(before.newestRevocation());
    assertThat(given.state.members().all()).containsExactlyElementsOf(before.members().all());
    assertThat(given.state.members().liveOf(before.members().find(first).orElseThrow().person()))
        .isPresent();
    assertThat(given.state.keys().open()).isEqualTo(before.keys().open());
    assertThat(given.state.keys().find(made)).isEmpty();
    assertThat(given.state.keys().creationsBy(first).all()).hasSize(3);
    assertThat(given.state.keys().live(given.now())).isEqualTo(before.keys().live(given.now()));
    assertThat(given.state.keys().live(given.now().plusSeconds(6)))
        .isEqualTo(before.keys().live(given.now().plusSeconds(6)));
  }

  private static OrganizationState restored(OrganizationState state, boolean endedToo) {
    return restored(OrganizationSnapshot.of(state), endedToo);
  }

  private static OrganizationState restored(OrganizationSnapshot snapshot, boolean endedToo) {
    List<byte[]> parts = snapshot.parts();
    return OrganizationSnapshot.restore(parts.getFirst(), parts::get, endedToo);
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
