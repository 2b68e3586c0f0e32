package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static dev.keyledger.command.organization.Given.PRESETS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.organization.KeyCommand.CompleteRotation;
import dev.keyledger.command.organization.KeyCommand.CreateKey;
import dev.keyledger.command.organization.KeyCommand.ExpireKey;
import dev.keyledger.command.organization.KeyCommand.ReportLeak;
import dev.keyledger.command.organization.KeyCommand.ResumeKey;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.RollBackRotation;
import dev.keyledger.command.organization.KeyCommand.RotateKey;
import dev.keyledger.command.organization.KeyCommand.SuspendKey;
import dev.keyledger.command.organization.KeyCommand.UpdateKey;
import dev.keyledger.command.organization.KeyCommand.WarnOfEnd;
import dev.keyledger.command.organization.MemberCommand.AddMember;
import dev.keyledger.command.organization.MemberCommand.ChangeMemberRole;
import dev.keyledger.command.organization.MemberCommand.CheckInvitation;
import dev.keyledger.command.organization.MemberCommand.CheckInvitationAgain;
import dev.keyledger.command.organization.MemberCommand.RemoveMember;
import dev.keyledger.command.organization.Refusal.AddressNotAllowed;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.SlugTaken;
import dev.keyledger.command.organization.StandingCommand.EnableLive;
import dev.keyledger.command.organization.StandingCommand.Register;
import dev.keyledger.command.organization.StandingCommand.Reinstate;
import dev.keyledger.command.organization.StandingCommand.SetIpAllowlist;
import dev.keyledger.command.organization.StandingCommand.SetPolicy;
import dev.keyledger.command.organization.StandingCommand.Suspend;
import dev.keyledger.command.organization.StandingCommand.Verify;
import dev.keyledger.command.organization.StreamCommand.ChangeStream;
import dev.keyledger.command.organization.StreamCommand.CreateStream;
import dev.keyledger.command.organization.StreamCommand.RemoveStream;
import dev.keyledger.command.organization.StreamCommand.SetStreamStatus;
import dev.keyledger.command.organization.SubscriptionCommand.ChangeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.CreateSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.DisableSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.PauseSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RemoveSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.ResumeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RotateSubscriptionSecret;
import dev.keyledger.events.Actor;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.Origin;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a token says of its holder may be old: membership, role, standing and address are decided by
 * the state at hand, for each command there is.
 */
class EveryCommandChecksItsCallerTest {
  private final Given given = Given.anOrganizationOn("standard");
  private final MemberId owner = given.member(Role.OWNER).member();
  private final KeyId key = given.key("live", owner);

  @Test
  void eachOfThemIsTriedHere() {
    Set<Class<?>> tried =
        commands(by(given.member(Role.OWNER))).map(Object::getClass).collect(Collectors.toSet());
    assertThat(tried).isEqualTo(leavesOf(OrganizationCommand.class).collect(Collectors.toSet()));
  }

  @Test
  void aRemovedMemberMayNothing() {
    Actor removed = given.member(Role.OWNER);
    given.happened(new MemberRemoved(removed.member(), Role.OWNER, given.now()));
    assertThat(commands(by(removed)))
        .allSatisfy(command -> assertThat(given.refused(command)).isEqualTo(new Forbidden()));
  }

  @Test
  void anotherMembershipOfThePersonIsNotTheTokens() {
    Actor removed = given.member(Role.OWNER);
    given.happened(new MemberRemoved(removed.member(), Role.OWNER, given.now()));
    Actor again = given.member(Role.OWNER);
    var mixed = new Actor(Actor.Kind.MEMBER, again.person(), removed.member(), null);
    assertThat(commands(by(mixed)))
        .allSatisfy(command -> assertThat(given.refused(command)).isEqualTo(new Forbidden()));
  }

  @Test
  void theLowestRoleMayNothing() {
    Actor employee = given.member(Role.EMPLOYEE);
    assertThat(commands(by(employee)).filter(command -> !(command instanceof Register)))
        .allSatisfy(command -> assertThat(given.refused(command)).isEqualTo(new Forbidden()));
    assertThat(given.refused(registration(by(employee)))).isEqualTo(new SlugTaken());
  }

  @Test
  void aMemberOfASuspendedOrganisationMayNothing() {
    Actor member = given.member(Role.OWNER);
    given.happened(new OrganizationSuspended("reason", given.now()));
    assertThat(commands(by(member)))
        .allSatisfy(command ->
            assertThat(given.refused(command)).isEqualTo(new Refusal.OrganizationSuspended()));
  }

  @Test
  void ofThePlatformsOwnOrganizationNobodyChangesWhatItIsOrWhoBelongsToIt() {
    var platform =
        new Given()
            .happened(
                new OrganizationRegistered(
                    ORGANIZATION,
                    "platform",
                    "Keyledger",
                    OrganizationKind.PLATFORM,
                    null,
                    PRESETS.find("standard").orElseThrow(),
                    given.now()));
    Actor member = platform.member(Role.OWNER);
    for (Actor actor : List.of(Given.OPERATOR, Actor.SYSTEM, member)) {
      assertThat(
              commands(by(actor))
                  .filter(command ->
                      command instanceof StandingCommand || command instanceof MemberCommand))
          .allSatisfy(command -> assertThat(platform.refused(command)).isEqualTo(new Forbidden()));
    }
  }

  @Test
  void nobodyActsFromElsewhereWhereAListBindsPeople() {
    Actor member = given.member(Role.OWNER);
    given.happened(
        new IpAllowlistChanged(
            List.of(), List.of("192.0.2.0/24"), List.of(), List.of(), given.now()));
    for (String elsewhere : List.of("198.51.100.7", "", "2001:db8::1")) {
      assertThat(commands(from(elsewhere, member)))
          .allSatisfy(
              command -> assertThat(given.refused(command)).isEqualTo(new AddressNotAllowed()));
    }
    assertThat(from("192.0.2.9", member).toString())
        .doesNotContain("192.0.2.9")
        .contains("[address]");
    assertThat(given.when(new RevokeKey(ORGANIZATION, from("192.0.2.9", member), key, null)))
        .hasSize(1);
  }

  @Test
  void aListForOneEnvironmentOfSeveralBindsNoPerson() {
    Actor member = given.member(Role.OWNER);
    given.happened(
        new IpAllowlistChanged(
            List.of(), List.of("192.0.2.0/24"), List.of(), List.of("live"), given.now()));
    assertThat(given.when(new RevokeKey(ORGANIZATION, from("198.51.100.7", member), key, null)))
        .hasSize(1);
  }

  private CommandContext by(Actor actor) {
    return given.by(actor);
  }

  private CommandContext from(String address, Actor actor) {
    return new CommandContext(actor, Origin.NONE, given.now(), new ClientAddress(address));
  }

  private Stream<OrganizationCommand> commands(CommandContext by) {
    PersonId person = Given.person();
    MemberId fresh = MemberId.of(Given.keyId().uuid());
    SubscriptionId subscription = SubscriptionId.of(Given.keyId().uuid());
    return Stream.of(
        registration(by),
        new Verify(ORGANIZATION, by),
        new EnableLive(ORGANIZATION, by),
        new Suspend(ORGANIZATION, by, null),
        new Reinstate(ORGANIZATION, by),
        new SetPolicy(ORGANIZATION, by, PRESETS.find("standard").orElseThrow()),
        new SetIpAllowlist(ORGANIZATION, by, List.of("192.0.2.0/24"), List.of(), false),
        new StandingCommand.LookAtAges(ORGANIZATION, by),
        new CheckInvitation(ORGANIZATION, by, fresh, Role.EMPLOYEE),
        new CheckInvitationAgain(ORGANIZATION, by, owner),
        new AddMember(
            ORGANIZATION, by, fresh, person, new SealedText(person, "sealed"), Role.EMPLOYEE),
        new ChangeMemberRole(ORGANIZATION, by, owner, Role.ADMIN),
        new RemoveMember(ORGANIZATION, by, owner),
        new CreateKey(
            ORGANIZATION, by, Given.keyId(), "k", "live", List.of(), null, null, Given.secret()),
        new RotateKey(ORGANIZATION, by, key, null, Given.secret()),
        new CompleteRotation(ORGANIZATION, by, key),
        new RollBackRotation(ORGANIZATION, by, key),
        new UpdateKey(ORGANIZATION, by, key, "other", null),
        new RevokeKey(ORGANIZATION, by, key, null),
        new SuspendKey(ORGANIZATION, by, key, null, "why"),
        new ReportLeak(ORGANIZATION, by, key, "verifier", null, null, null),
        new ResumeKey(ORGANIZATION, by, key),
        new WarnOfEnd(ORGANIZATION, by, key),
        new ExpireKey(ORGANIZATION, by, key),
        new PersonCommand.ErasePerson(ORGANIZATION, by, person, false),
        new CreateSubscription(
            ORGANIZATION,
            by,
            subscription,
            SubscriptionKind.WEBHOOK,
            "siem",
            "https://receiver.example/",
            List.of("*"),
            SignatureScheme.V1,
            Given.signingSecret()),
        new ChangeSubscription(ORGANIZATION, by, subscription, "other", null, null),
        new RotateSubscriptionSecret(ORGANIZATION, by, subscription, null, Given.signingSecret()),
        new PauseSubscription(ORGANIZATION, by, subscription, null),
        new DisableSubscription(ORGANIZATION, by, subscription),
        new ResumeSubscription(ORGANIZATION, by, subscription),
        new RemoveSubscription(ORGANIZATION, by, subscription),
        new CreateStream(
            ORGANIZATION,
            by,
            subscription,
            null,
            "siem",
            "https://receiver.example/",
            List.of("https://example.com/type"),
            Given.signingSecret()),
        new ChangeStream(ORGANIZATION, by, subscription, null, "other", null, null, null),
        new SetStreamStatus(
            ORGANIZATION, by, subscription, null, StreamCommand.Status.PAUSED, null),
        new RemoveStream(ORGANIZATION, by, subscription, null));
  }

  private static Register registration(CommandContext by) {
    return new Register(
        ORGANIZATION,
        by,
        "acme",
        "Acme",
        OrganizationKind.STANDARD,
        null,
        PRESETS.find("standard").orElseThrow());
  }

  private static Stream<Class<?>> leavesOf(Class<?> family) {
    return family.isSealed()
        ? Stream.of(family.getPermittedSubclasses())
            .flatMap(EveryCommandChecksItsCallerTest::leavesOf)
        : Stream.of(family);
  }
}
