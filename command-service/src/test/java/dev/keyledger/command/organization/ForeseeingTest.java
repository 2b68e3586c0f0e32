package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static dev.keyledger.command.organization.Given.PRESETS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.organization.Consequences.Change;
import dev.keyledger.command.organization.Consequences.TouchedSecret;
import dev.keyledger.command.organization.KeyCommand.CreateKey;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.RotateKey;
import dev.keyledger.command.organization.KeyCommand.SuspendKey;
import dev.keyledger.command.organization.KeyCommand.UpdateKey;
import dev.keyledger.command.organization.MemberCommand.AddMember;
import dev.keyledger.command.organization.MemberCommand.ChangeMemberRole;
import dev.keyledger.command.organization.MemberCommand.RemoveMember;
import dev.keyledger.command.organization.StandingCommand.SetIpAllowlist;
import dev.keyledger.command.organization.StandingCommand.SetPolicy;
import dev.keyledger.command.organization.StandingCommand.Suspend;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Given events, when a command is only asked about, then what it would do; and nothing is done. */
class ForeseeingTest {
  private static final Policy STANDARD = PRESETS.find("standard").orElseThrow();

  private final Given given = Given.anOrganizationOn("standard");
  private final Actor owner = given.member(Role.OWNER);
  private final Actor developer = given.member(Role.DEVELOPER);
  private final KeyId key = given.key("live", developer.member());
  private final KeyId owners = given.key("test", owner.member());

  /** Of one key in each environment, and of nobody but owners. */
  private static Policy tighter() {
    Policy policy = STANDARD;
    KeyRules rules = policy.keys();
    return new Policy(
        policy.dialect(),
        policy.environments(),
        policy.environmentChoice(),
        policy.liveEnvironments(),
        policy.allowlistEnvironments(),
        policy.allowlistManagers(),
        new KeyRules(
            rules.prefixes(),
            rules.uses(),
            rules.creators(),
            rules.authority(),
            new KeyRules.Limit(1, KeyRules.Limit.Per.ENVIRONMENT),
            rules.creationRate(),
            rules.expiry(),
            rules.defaultGrace(),
            rules.maximumGrace(),
            rules.outstandingTokens()),
        policy.keyTokens(),
        policy.sessions(),
        Map.of(Role.OWNER, policy.permissionsOf(Role.OWNER)),
        policy.onboardingPermissions(),
        policy.commands());
  }

  @Test
  void foreseenIsWhatIsDecidedAndTheStateStaysAsItWas() {
    CommandContext by = given.by(Given.OPERATOR);
    PersonId person = Given.person();
    MemberId fresh = MemberId.of(Given.keyId().uuid());
    Stream.of(
            new Suspend(ORGANIZATION, by, "r"),
            new SetPolicy(ORGANIZATION, by, tighter()),
            new SetIpAllowlist(ORGANIZATION, by, List.of("192.0.2.0/24"), List.of(), false),
            new AddMember(ORGANIZATION, by, fresh, person, new SealedText(person, "s"), Role.ADMIN),
            new ChangeMemberRole(ORGANIZATION, by, developer.member(), Role.AUDITOR),
            new RemoveMember(ORGANIZATION, by, developer.member()),
            new CreateKey(
                ORGANIZATION,
                by,
                Given.keyId(),
                "k",
                "test",
                List.of(),
                null,
                owner.member(),
                Given.secret()),
            new RotateKey(ORGANIZATION, by, key, null, Given.secret()),
            new UpdateKey(ORGANIZATION, by, key, "other", null),
            new SuspendKey(ORGANIZATION, by, key, null, "why"),
            new RevokeKey(ORGANIZATION, by, key, null))
        .forEach(command -> {
          long position = given.state.position();
          List<Key> keys = given.state.keys().open();
          List<Member> members = List.copyOf(given.state.members().all());
          Standing standing = given.state.standing();
          long bytes = given.state.bytes();

          assertThat(given.state.foresee(command).events())
              .isNotEmpty()
              .isEqualTo(given.state.decide(command));
          assertThat(given.state.position()).isEqualTo(position);
          assertThat(given.state.keys().open()).isEqualTo(keys);
          assertThat(given.state.members().all()).containsExactlyElementsOf(members);
          assertThat(given.state.standing()).isSameAs(standing);
          assertThat(given.state.bytes()).isEqualTo(bytes);
        });
  }

  @Test
  void aMemberThatGoesTakesTheirKeysAlongAndWhoseTheyAreNot() {
    Consequences removal =
        given.state.foresee(new RemoveMember(ORGANIZATION, given.by(owner), developer.member()));

    assertThat(removal.events()).hasExactlyElementsOfTypes(MemberRemoved.class, KeyRevoked.class);
    assertThat(removal.keys())
        .singleElement()
        .satisfies(touched -> {
          assertThat(touched.key().before().id()).isEqualTo(key);
          assertThat(touched.power().before().works()).isTrue();
          assertThat(touched.power().before().permissions())
              .containsExactlyInAnyOrderElementsOf(STANDARD.permissionsOf(Role.DEVELOPER));
          assertThat(touched.power().after().works()).isFalse();
          assertThat(touched.power().after().permissions()).isEmpty();
        });
    assertThat(removal.members())
        .singleElement()
        .satisfies(touched -> {
          assertThat(touched.roleBefore()).isEqualTo(Role.DEVELOPER);
          assertThat(touched.roleAfter()).isNull();
          assertThat(touched.permissions().after()).isEmpty();
        });
    assertThat(removal.secrets())
        .containsExactly(new TouchedSecret(key, "kl_aaaaaaa", null, given.now()));
  }

  @Test
  void aRoleIsWhatItsKeysMay() {
    Consequences change =
        given.state.foresee(
            new ChangeMemberRole(ORGANIZATION, given.by(owner), developer.member(), Role.AUDITOR));

    assertThat(change.keys())
        .singleElement()
        .satisfies(touched ->
            assertThat(touched.power().after().permissions())
                .containsExactlyInAnyOrderElementsOf(STANDARD.permissionsOf(Role.AUDITOR)));
    assertThat(change.secrets()).isEmpty();
  }

  @Test
  void aPolicyTouchesWhomItGivesOrTakesAndSaysHowManyKeysAreTooMany() {
    KeyId another = given.key("live", owner.member());
    Consequences preview =
        given.state.foresee(new SetPolicy(ORGANIZATION, given.by(owner), tighter()));

    assertThat(preview.events()).hasExactlyElementsOfTypes(PolicyChanged.class);
    assertThat(preview.keys())
        .extracting(touched -> touched.key().before().id())
        .containsExactly(key)
        .doesNotContain(owners, another);
    assertThat(preview.keys().getFirst().power().after().works()).isTrue();
    assertThat(preview.keys().getFirst().power().after().permissions()).isEmpty();
    assertThat(preview.members())
        .singleElement()
        .satisfies(
            touched -> assertThat(touched.member().before().id()).isEqualTo(developer.member()));
    assertThat(preview.secrets()).isEmpty();
    assertThat(preview.limit())
        .isEqualTo(
            new Consequences.KeysWithinLimit(
                tighter().keys().limit(), Map.of("live", 2, "test", 1)));
  }

  @Test
  void whatEndedByTheClockIsRecordedBeforeThePolicy() {
    given.when(
        new RotateKey(
            ORGANIZATION, given.by(developer), key, Duration.ofMinutes(1), Given.secret()));
    given.later(Duration.ofMinutes(2));

    assertThat(
            given
                .state
                .foresee(new SetPolicy(ORGANIZATION, given.by(Given.OPERATOR), tighter()))
                .events())
        .hasExactlyElementsOfTypes(RotationCompleted.class, PolicyChanged.class);
  }

  @Test
  void aRotationGivesTheOlderSecretAnEndAndTellsNothingOfTheNewOne() {
    Consequences rotation =
        given.state.foresee(
            new RotateKey(
                ORGANIZATION, given.by(developer), key, Duration.ofHours(1), Given.secret()));

    assertThat(rotation.secrets())
        .containsExactly(
            new TouchedSecret(key, "kl_aaaaaaa", null, given.now().plus(Duration.ofHours(1))));
  }

  @Test
  void aSuspensionTouchesEverybodyAndAListTheKeysThatItBinds() {
    Consequences suspension =
        given.state.foresee(new Suspend(ORGANIZATION, given.by(Given.OPERATOR), null));
    assertThat(suspension.keys()).hasSize(2);
    assertThat(suspension.members()).hasSize(2);
    assertThat(suspension.keys())
        .allSatisfy(touched -> assertThat(touched.power().after().works()).isFalse());
    assertThat(suspension.secrets()).isEmpty();

    Consequences list =
        given.state.foresee(
            new SetIpAllowlist(
                ORGANIZATION,
                given.by(Given.OPERATOR),
                List.of("192.0.2.0/24"),
                List.of("live"),
                false));
    assertThat(list.keys())
        .singleElement()
        .satisfies(touched -> {
          assertThat(touched.key().before().id()).isEqualTo(key);
          assertThat(
                  new Change<>(
                      touched.power().before().addresses(), touched.power().after().addresses()))
              .isEqualTo(new Change<>(List.of(), List.of("192.0.2.0/24")));
        });
    assertThat(list.members()).isEmpty();
  }

  @Test
  void whatIsSoAlreadyTouchesNothing() {
    Consequences same = given.state.foresee(new SetPolicy(ORGANIZATION, given.by(owner), STANDARD));
    assertThat(same).isEqualTo(Consequences.ofTheFirst(List.of()));
  }
}
