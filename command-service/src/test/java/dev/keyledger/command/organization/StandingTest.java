package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.OPERATOR;
import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static dev.keyledger.command.organization.Given.PRESETS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.organization.Refusal.EnvironmentInUse;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.Refusal.OrganizationNotVerified;
import dev.keyledger.command.organization.Refusal.PolicyCeilingExceeded;
import dev.keyledger.command.organization.Refusal.SlugTaken;
import dev.keyledger.command.organization.Refusal.WouldShutOutCaller;
import dev.keyledger.command.organization.StandingCommand.EnableLive;
import dev.keyledger.command.organization.StandingCommand.Reinstate;
import dev.keyledger.command.organization.StandingCommand.SetIpAllowlist;
import dev.keyledger.command.organization.StandingCommand.SetPolicy;
import dev.keyledger.command.organization.StandingCommand.Suspend;
import dev.keyledger.command.organization.StandingCommand.Verify;
import dev.keyledger.command.policy.Policies;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRevoked.Cause;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.Origin;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StandingTest {
  private final Given given = Given.anOrganizationOn("standard");
  private final Actor owner = given.member(Role.OWNER);

  @Test
  void onlyTheOperatorRegistersAnOrganization() {
    assertThat(
            OrganizationState.decide(
                given.registration(OrganizationKind.STANDARD, "acme", OPERATOR)))
        .singleElement()
        .isInstanceOf(OrganizationRegistered.class);
    assertThat(
            Given.refusalOf(() ->
                OrganizationState.decide(
                    given.registration(OrganizationKind.STANDARD, "acme", owner))))
        .isEqualTo(new Forbidden());
  }

  @Test
  void onlyThePlatformItselfHasItsKindAndItsSlug() {
    assertThat(
            Given.refusalOf(() ->
                OrganizationState.decide(
                    given.registration(OrganizationKind.PLATFORM, "platform", OPERATOR))))
        .isEqualTo(new Forbidden());
    assertThat(
            Given.refusalOf(() ->
                OrganizationState.decide(
                    given.registration(OrganizationKind.STANDARD, "platform", OPERATOR))))
        .isEqualTo(new SlugTaken());
    assertThat(
            OrganizationState.decide(
                given.registration(OrganizationKind.PLATFORM, "platform", Actor.SYSTEM)))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "a", "-acme", "acme-", "ac--me", "ac_me", "1acme", "org_x", "ac me"})
  void aSlugIsASimpleName(String slug) {
    assertThat(Given.refusalOf(() -> given.registration(OrganizationKind.STANDARD, slug, OPERATOR)))
        .isInstanceOf(InvalidField.class);
  }

  @Test
  void anOrganizationIsVerifiedThenLiveAndEachOnce() {
    assertThat(given.refused(new EnableLive(ORGANIZATION, given.by(OPERATOR))))
        .isEqualTo(new OrganizationNotVerified());
    assertThat(given.when(new Verify(ORGANIZATION, given.by(OPERATOR))))
        .containsExactly(new OrganizationVerified(given.now()));
    assertThat(given.when(new Verify(ORGANIZATION, given.by(OPERATOR)))).isEmpty();
    assertThat(given.when(new EnableLive(ORGANIZATION, given.by(OPERATOR))))
        .containsExactly(new LiveEnabled(given.now()));
    assertThat(given.when(new EnableLive(ORGANIZATION, given.by(OPERATOR)))).isEmpty();
  }

  @Test
  void anOwnerNeitherVerifiesNorSuspendsTheirOrganization() {
    assertThat(given.refused(new Verify(ORGANIZATION, given.by(owner)))).isEqualTo(new Forbidden());
    assertThat(given.refused(new EnableLive(ORGANIZATION, given.by(owner))))
        .isEqualTo(new Forbidden());
    assertThat(given.refused(new Suspend(ORGANIZATION, given.by(owner), null)))
        .isEqualTo(new Forbidden());
    assertThat(given.refused(new Reinstate(ORGANIZATION, given.by(owner))))
        .isEqualTo(new Forbidden());
  }

  @Test
  void goingLiveRevokesTestKeysWhereStatusChoosesTheEnvironment() {
    var syncgram = Given.anOrganizationOn("syncgram-pay");
    KeyId test = syncgram.key("test", null);
    // Of a time when creators chose.
    syncgram.key("live", null);
    syncgram.happened(new OrganizationVerified(syncgram.now()));
    assertThat(syncgram.when(new EnableLive(ORGANIZATION, syncgram.by(OPERATOR))))
        .containsExactly(
            new LiveEnabled(syncgram.now()),
            new KeyRevoked(test, Cause.WENT_LIVE, null, syncgram.now()));
  }

  @Test
  void goingLiveLeavesOtherKeysWhereCreatorsChoose() {
    given.key("test", owner.member());
    given.happened(new OrganizationVerified(given.now()));
    assertThat(given.when(new EnableLive(ORGANIZATION, given.by(OPERATOR)))).hasSize(1);
  }

  @Test
  void keysThatComeToActForTheirCreatorEndWhereTheirCreatorHasLeft() {
    Policy standard = PRESETS.find("standard").orElseThrow();
    Policy organizations = Policies.withAuthority(standard, Authority.ORGANIZATION);
    var acme = Given.anOrganizationWith(organizations);
    Actor staying = acme.member(Role.OWNER);
    Actor leaving = acme.member(Role.DEVELOPER);
    KeyId left = acme.key("live", leaving.member());
    acme.key("live", staying.member());
    acme.key("live", null);
    acme.happened(new MemberRemoved(leaving.member(), Role.DEVELOPER, acme.now()));
    assertThat(acme.when(new SetPolicy(ORGANIZATION, acme.by(staying), standard)))
        .containsExactly(
            new PolicyChanged(organizations, standard, false, acme.now()),
            new KeyRevoked(left, Cause.MEMBER_REMOVED, null, acme.now()));
  }

  @Test
  void anOrganizationIsSuspendedAndReinstated() {
    assertThat(given.when(new Suspend(ORGANIZATION, given.by(OPERATOR), "unpaid")))
        .containsExactly(new OrganizationSuspended("unpaid", given.now()));
    assertThat(given.when(new Suspend(ORGANIZATION, given.by(OPERATOR), "unpaid"))).isEmpty();
    assertThat(given.refused(allowlist(given, owner, List.of())))
        .isEqualTo(new Refusal.OrganizationSuspended());
    assertThat(given.when(new Reinstate(ORGANIZATION, given.by(OPERATOR))))
        .containsExactly(new OrganizationReinstated(given.now()));
    assertThat(given.when(new Reinstate(ORGANIZATION, given.by(OPERATOR)))).isEmpty();
  }

  @Test
  void anOwnerTightensThePolicyAndTheCeilingStays() {
    Policy standard = PRESETS.find("standard").orElseThrow();
    Policy tighter = Policies.withLimit(standard, 10);
    assertThat(given.when(new SetPolicy(ORGANIZATION, given.by(owner), tighter)))
        .containsExactly(new PolicyChanged(standard, tighter, false, given.now()));
    assertThat(given.when(new SetPolicy(ORGANIZATION, given.by(owner), standard))).hasSize(1);
    assertThat(
            given.refused(
                new SetPolicy(ORGANIZATION, given.by(owner), Policies.withLimit(standard, 101))))
        .isEqualTo(new PolicyCeilingExceeded("keys.limit"));
  }

  @Test
  void theOperatorSetsAnyPolicyAndWithItTheCeiling() {
    Policy standard = PRESETS.find("standard").orElseThrow();
    Policy wider = Policies.withLimit(standard, 500);
    given.when(new SetPolicy(ORGANIZATION, given.by(OPERATOR), wider));
    assertThat(given.state.standing().ceiling()).isEqualTo(wider);
    assertThat(
            given.when(
                new SetPolicy(ORGANIZATION, given.by(owner), Policies.withLimit(standard, 499))))
        .hasSize(1);
    assertThat(given.state.standing().ceiling()).isEqualTo(wider);
  }

  @Test
  void aPolicyIsNotForEveryMemberToSet() {
    Actor admin = given.member(Role.ADMIN);
    Policy standard = PRESETS.find("standard").orElseThrow();
    assertThat(
            given.refused(
                new SetPolicy(ORGANIZATION, given.by(admin), Policies.withLimit(standard, 1))))
        .isEqualTo(new Forbidden());
  }

  @Test
  void anEnvironmentWithLiveKeysStaysInThePolicy() {
    given.key("test", owner.member());
    Policy without =
        Policies.withEnvironments(PRESETS.find("standard").orElseThrow(), List.of("live"));
    assertThat(given.refused(new SetPolicy(ORGANIZATION, given.by(owner), without)))
        .isEqualTo(new EnvironmentInUse("test"));
  }

  @Test
  void anEnvironmentWhoseKeysHaveAllEndedLeavesThePolicy() {
    KeyId expiring = given.key("test", owner.member(), List.of(), given.now().plusSeconds(60));
    KeyId revoked = given.key("test", owner.member());
    given.key("live", owner.member());
    given.happened(new KeyRevoked(revoked, Cause.REQUESTED, null, given.now()));
    Policy without =
        Policies.withEnvironments(PRESETS.find("standard").orElseThrow(), List.of("live"));
    assertThat(given.refused(new SetPolicy(ORGANIZATION, given.by(owner), without)))
        .isEqualTo(new EnvironmentInUse("test"));
    given.later(Duration.ofSeconds(60));
    assertThat(given.when(new SetPolicy(ORGANIZATION, given.by(owner), without))).hasSize(1);
    assertThat(given.stateOf(expiring).statusAt(given.now())).isEqualTo(Key.Status.EXPIRED);
  }

  @Test
  void aPolicyThatHoldsAlreadyIsNewsOnlyWhereItBecomesTheCeiling() {
    Policy standard = PRESETS.find("standard").orElseThrow();
    Policy tighter = Policies.withLimit(standard, 10);
    assertThat(given.when(new SetPolicy(ORGANIZATION, given.by(OPERATOR), standard))).isEmpty();
    assertThat(given.when(new SetPolicy(ORGANIZATION, given.by(owner), tighter))).hasSize(1);
    assertThat(given.when(new SetPolicy(ORGANIZATION, given.by(owner), tighter))).isEmpty();
    assertThat(given.when(new SetPolicy(ORGANIZATION, given.by(OPERATOR), tighter)))
        .containsExactly(new PolicyChanged(tighter, tighter, true, given.now()));
    assertThat(given.when(new SetPolicy(ORGANIZATION, given.by(OPERATOR), tighter))).isEmpty();
    assertThat(given.refused(new SetPolicy(ORGANIZATION, given.by(owner), standard)))
        .isEqualTo(new PolicyCeilingExceeded("keys.limit"));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.17, 192.0.2.17/32",
    "192.0.2.17/24, 192.0.2.0/24",
    "2001:DB8:0:0::1, 2001:db8::1/128",
    "2001:db8::ffff/32, 2001:db8::/32",
    "::ffff:192.0.2.17, 192.0.2.17/32",
    "::ffff:192.0.2.17/120, 192.0.2.0/24",
    "0.0.0.0/0, 0.0.0.0/0",
  })
  void anAllowlistIsKeptInCanonicalText(String written, String canonical) {
    assertThat(given.when(allowlist(given, owner, List.of(written))))
        .containsExactly(new IpAllowlistChanged(List.of(), List.of(canonical), given.now()));
    assertThat(given.when(allowlist(given, OPERATOR, List.of(canonical)))).hasSize(1);
    assertThat(given.when(allowlist(given, OPERATOR, List.of(canonical)))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "10.0.0.*",
        "10.0.0.0-10.0.0.5",
        "10.1",
        "010.0.0.1",
        "10.0.0.0/33",
        "/24",
        "fe80::1%eth0",
        "10.0.0.0/255.0.0.0",
        "example.com",
        "2001:db8::/129",
        "1.2.3.4 ",
        "1"
      })
  void whatIsNoRangeIsAnInvalidField(String text) {
    assertThat(Given.refusalOf(() -> allowlist(given, owner, List.of(text))))
        .isInstanceOfSatisfying(InvalidField.class, r -> assertThat(r.field()).isEqualTo("cidrs"));
  }

  private static SetIpAllowlist allowlist(
      Given given, Actor by, List<String> cidrs, String... environments) {
    return new SetIpAllowlist(ORGANIZATION, given.by(by), cidrs, List.of(environments), true);
  }

  @Test
  void anAllowlistIsLimitedToTheEnvironmentsThatItNames() {
    List<String> ranges = List.of("192.0.2.0/24");
    given.when(allowlist(given, owner, ranges));
    assertThat(given.when(allowlist(given, OPERATOR, ranges, "live")))
        .containsExactly(
            new IpAllowlistChanged(ranges, ranges, List.of(), List.of("live"), true, given.now()));
    assertThat(given.when(allowlist(given, OPERATOR, ranges, "live"))).isEmpty();
    assertThat(given.when(allowlist(given, OPERATOR, List.of())))
        .containsExactly(
            new IpAllowlistChanged(
                ranges, List.of(), List.of("live"), List.of(), true, given.now()));
    assertThat(given.refused(allowlist(given, OPERATOR, ranges, "moon")))
        .isInstanceOfSatisfying(
            InvalidField.class, r -> assertThat(r.field()).isEqualTo("environments"));
    assertThat(Given.refusalOf(() -> allowlist(given, OPERATOR, List.of(), "live")))
        .isInstanceOfSatisfying(
            InvalidField.class, r -> assertThat(r.field()).isEqualTo("environments"));
  }

  private CommandContext from(String address) {
    return new CommandContext(owner, Origin.NONE, given.now(), new ClientAddress(address));
  }

  private Refusal refusedFrom(String address, List<String> cidrs, String... environments) {
    return given.refused(
        new SetIpAllowlist(ORGANIZATION, from(address), cidrs, List.of(environments), true));
  }

  @Test
  void anOwnerTightensTheOperatorsAllowlistAndNeverLiftsIt() {
    given.when(allowlist(given, OPERATOR, List.of("192.0.2.0/24", "2001:db8::/32")));
    var exceeded = new PolicyCeilingExceeded("ip_allowlist");
    assertThat(refusedFrom("192.0.2.9", List.of())).isEqualTo(exceeded);
    assertThat(refusedFrom("192.0.2.9", List.of("192.0.0.0/16"))).isEqualTo(exceeded);
    assertThat(refusedFrom("192.0.2.9", List.of("192.0.2.0/25", "198.51.100.7")))
        .isEqualTo(exceeded);
    assertThat(refusedFrom("192.0.2.9", List.of("192.0.2.0/24"), "live")).isEqualTo(exceeded);

    var tighter =
        new SetIpAllowlist(
            ORGANIZATION, from("192.0.2.9"), List.of("192.0.2.0/28"), List.of(), false);
    assertThat(given.when(tighter)).hasSize(1);
    var asBefore =
        new SetIpAllowlist(
            ORGANIZATION,
            from("192.0.2.9"),
            List.of("192.0.2.0/24", "2001:db8::/32"),
            List.of(),
            false);
    assertThat(given.when(asBefore)).hasSize(1);

    assertThat(given.when(allowlist(given, OPERATOR, List.of()))).hasSize(1);
    assertThat(given.when(allowlist(given, owner, List.of("198.51.100.0/24")))).hasSize(1);
  }

  @Test
  void aListForOneEnvironmentThatTheOperatorSetMayBindMoreAndNotLess() {
    given.when(allowlist(given, OPERATOR, List.of("192.0.2.0/24"), "live"));
    assertThat(refusedFrom("198.51.100.7", List.of("192.0.2.0/24"), "test"))
        .isEqualTo(new PolicyCeilingExceeded("ip_allowlist"));
    assertThat(given.when(allowlist(given, owner, List.of("192.0.2.7"), "live"))).hasSize(1);
    assertThat(given.when(allowlist(given, owner, List.of("192.0.2.7")))).hasSize(1);
  }

  @Test
  void nobodyShutsThemselvesOutUnawares() {
    Policy standard = PRESETS.find("standard").orElseThrow();
    var list =
        new SetIpAllowlist(
            ORGANIZATION, from("198.51.100.7"), List.of("192.0.2.0/24"), List.of(), false);
    assertThat(given.refused(list)).isEqualTo(new WouldShutOutCaller("ip_allowlist"));
    assertThat(
            given.refused(
                new SetIpAllowlist(
                    ORGANIZATION, from(""), List.of("192.0.2.0/24"), List.of(), false)))
        .isEqualTo(new WouldShutOutCaller("ip_allowlist"));
    Policy without = Policies.withoutPermission(standard, Role.OWNER, "policy.manage");
    assertThat(given.refused(new SetPolicy(ORGANIZATION, from("192.0.2.9"), without)))
        .isEqualTo(new WouldShutOutCaller("roles"));

    given.when(
        new SetIpAllowlist(
            ORGANIZATION, from("192.0.2.9"), List.of("192.0.2.0/24"), List.of(), false));
    assertThat(given.when(new SetPolicy(ORGANIZATION, from("192.0.2.9"), without, true)))
        .hasSize(1);
  }

  @Test
  void aPolicyThatBindsPeopleToAListThatIsThereAlreadyShutsNobodyOutUnawares() {
    Policy standard = PRESETS.find("standard").orElseThrow();
    Policy loose = Policies.withAllowlistEnvironments(standard, List.of("live"));
    var acme = Given.anOrganizationWith(loose);
    Actor of = acme.member(Role.OWNER);
    assertThat(acme.when(allowlist(acme, of, List.of("192.0.2.0/24")))).hasSize(1);
    var binding = Policies.withAllowlistEnvironments(standard, List.of("test", "live"));
    assertThat(acme.refused(new SetPolicy(ORGANIZATION, acme.by(of), binding)))
        .isEqualTo(new WouldShutOutCaller("ip_allowlist"));
    assertThat(acme.when(new SetPolicy(ORGANIZATION, acme.by(of), binding, true))).hasSize(1);
  }

  @Test
  void whereTheAllowlistIsTheOperatorsNotEvenAnOwnerSetsIt() {
    var octopus = Given.anOrganizationOn("octopus-cards");
    Actor ofOctopus = octopus.member(Role.OWNER);
    assertThat(octopus.refused(allowlist(octopus, ofOctopus, List.of("192.0.2.0/24"))))
        .isEqualTo(new Forbidden());
    assertThat(octopus.when(allowlist(octopus, OPERATOR, List.of("192.0.2.0/24")))).hasSize(1);
  }
}
