package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.OPERATOR;
import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.organization.KeyCommand.ReportLeak;
import dev.keyledger.command.organization.KeyCommand.ResumeKey;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.SuspendKey;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCause;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent.KeyLeaked;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Policy.LeakedKeys;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A secret was found where others can read it. */
class LeakedKeysTest {
  private static final String OLDER = "verifier";
  private static final String NEWER = "another verifier";
  private static final String URL = "https://code.example/acme/app/blob/main/.env";
  private static final String SUSPENDED_FOR =
      "A secret of the key was found where others can read it.";

  private final Policy standard = Given.PRESETS.find("standard").orElseThrow();
  private final Given given = Given.anOrganizationWith(standard);
  private final Actor owner = given.member(Role.OWNER);
  private final KeyId key = given.key("live", owner.member());
  private final KeyId scanner = Given.keyId();

  private ReportLeak leak(Actor by, String verifier) {
    return new ReportLeak(ORGANIZATION, given.by(by), key, verifier, URL, "content", scanner);
  }

  private ReportLeak leak(String verifier) {
    return leak(Actor.SYSTEM, verifier);
  }

  private KeyLeaked leaked(String prefix) {
    return new KeyLeaked(key, prefix, URL, "content", scanner, given.now());
  }

  private KeyRevoked revoked() {
    return new KeyRevoked(key, KeyRevoked.Cause.LEAKED, null, given.now());
  }

  private void rotated(Instant previousValidUntil) {
    given.happened(
        new KeyRotated(
            key,
            new IssuedSecret("kl_bbbbbbb", NEWER, given.now()),
            previousValidUntil,
            given.now()));
  }

  private void policy(LeakedKeys rule) {
    Policy before = given.state.standing().policy();
    given.happened(new PolicyChanged(before, with(rule), true, given.now()));
  }

  private Policy with(LeakedKeys rule) {
    return new Policy(
        standard.dialect(),
        standard.environments(),
        standard.environmentChoice(),
        standard.liveEnvironments(),
        standard.allowlistEnvironments(),
        standard.allowlistManagers(),
        standard.keys(),
        standard.keyTokens(),
        standard.sessions(),
        standard.roles(),
        standard.onboardingPermissions(),
        standard.commands(),
        null,
        null,
        rule,
        null);
  }

  @Test
  void aKeyIsRevokedWhosePolicySaysNothingAndARepeatDoesNothing() {
    assertThat(given.when(leak(OLDER))).containsExactly(leaked("kl_aaaaaaa"), revoked());
    assertThat(given.stateOf(key).statusAt(given.now())).isEqualTo(Key.Status.REVOKED);
    assertThat(given.when(leak(OLDER))).isEmpty();
  }

  @Test
  void theRevocationIsAReactionToWhatWasFound() {
    ReportLeak command = leak(OLDER);
    var causes = new Causes(command);
    var said = new ArrayList<EventCause>();
    var found = new EventId("evt_0190f5c2-7b3a-7c4d-8e5f-0123456789ab");
    for (OrganizationEvent event : given.when(command)) {
      said.add(causes.of(event));
      causes.applied(event, found, 7);
    }
    assertThat(said)
        .containsExactly(
            EventCause.command("report_leak"), EventCause.reaction("key_leaked", found, 7));
  }

  @Test
  void itIsSuspendedUntilSomebodyResumesItWherePolicySaysSo() {
    policy(LeakedKeys.SUSPEND);

    assertThat(given.when(leak(OLDER)))
        .containsExactly(
            leaked("kl_aaaaaaa"), new KeySuspended(key, null, SUSPENDED_FOR, given.now()));
    assertThat(given.when(leak(OLDER))).isEmpty();

    given.when(new ResumeKey(ORGANIZATION, given.by(owner), key));
    assertThat(given.when(leak(OLDER))).isEmpty();
    assertThat(given.stateOf(key).statusAt(given.now())).isEqualTo(Key.Status.ACTIVE);
  }

  @Test
  void aSuspensionThatWouldEndOrHasLastsFromThen() {
    policy(LeakedKeys.SUSPEND);
    Instant until = given.now().plus(Duration.ofHours(1));
    given.when(new SuspendKey(ORGANIZATION, given.by(owner), key, until, "why"));
    rotated(null);

    assertThat(given.when(leak(OLDER)))
        .containsExactly(
            leaked("kl_aaaaaaa"), new KeySuspended(key, null, SUSPENDED_FOR, given.now()));
    assertThat(given.when(leak(NEWER))).containsExactly(leaked("kl_bbbbbbb"));
  }

  @Test
  void aSuspensionThatRanOutIsRecordedAsOverFirst() {
    policy(LeakedKeys.SUSPEND);
    Instant until = given.now().plus(Duration.ofHours(1));
    given.when(new SuspendKey(ORGANIZATION, given.by(owner), key, until, "why"));
    given.later(Duration.ofHours(2));

    assertThat(given.when(leak(OLDER)))
        .containsExactly(
            leaked("kl_aaaaaaa"),
            new KeyResumed(key, until, given.now()),
            new KeySuspended(key, null, SUSPENDED_FOR, given.now()));
  }

  @Test
  void itWorksOnWherePolicyHasItReportedAloneAndEachSecretIsReportedOnce() {
    policy(LeakedKeys.REPORT);

    assertThat(given.when(leak(OLDER))).containsExactly(leaked("kl_aaaaaaa"));
    assertThat(given.when(leak(OLDER))).isEmpty();
    rotated(null);
    assertThat(given.when(leak(OLDER))).isEmpty();
    assertThat(given.when(leak(NEWER))).containsExactly(leaked("kl_bbbbbbb"));
    assertThat(given.stateOf(key).statusAt(given.now())).isEqualTo(Key.Status.ROTATING);

    policy(LeakedKeys.REVOKE);
    assertThat(given.when(leak(OLDER))).containsExactly(revoked());
  }

  @Test
  void theOlderSecretCountsForAsLongAsItWorks() {
    rotated(given.now().plus(Duration.ofHours(1)));
    given.later(Duration.ofHours(1));
    assertThat(given.when(leak(OLDER))).isEmpty();

    assertThat(given.when(leak(NEWER))).containsExactly(leaked("kl_bbbbbbb"), revoked());
  }

  @Test
  void nothingComesOfASecretThatIsNotTheKeysOrOfAKeyThatEnded() {
    assertThat(given.when(leak("somebody else's"))).isEmpty();
    var unknown =
        new ReportLeak(ORGANIZATION, given.by(Actor.SYSTEM), scanner, OLDER, null, null, null);
    assertThat(given.when(unknown)).isEmpty();

    given.when(new RevokeKey(ORGANIZATION, given.by(owner), key, null));
    assertThat(given.when(leak(OLDER))).isEmpty();
    KeyId expiring =
        given.key("live", owner.member(), List.of(), given.now().plus(Duration.ofHours(1)));
    given.later(Duration.ofHours(1));
    assertThat(
            given.when(
                new ReportLeak(
                    ORGANIZATION, given.by(Actor.SYSTEM), expiring, OLDER, null, null, null)))
        .isEmpty();
  }

  @Test
  void theOperatorMayReportAndNoMemberWithoutThePermission() {
    Actor admin = given.member(Role.ADMIN);
    assertThat(given.refused(leak(admin, OLDER))).isEqualTo(new Forbidden());
    assertThat(given.missing(leak(admin, OLDER))).isEqualTo("leaks.report");
    assertThat(given.when(leak(OPERATOR, OLDER))).hasSize(2);
  }

  @Test
  void itsMakerAndWhoMayDoSomethingAboutItAreToldOfThatAlone() {
    Actor admin = given.member(Role.ADMIN);
    Actor maker = given.member(Role.DEVELOPER);
    given.member(Role.DEVELOPER);
    Actor gone = given.member(Role.OWNER);
    given.happened(new MemberRemoved(gone.member(), Role.OWNER, given.now()));
    KeyId theirs = given.key("live", maker.member());
    List<OrganizationEvent> events =
        given.when(
            new ReportLeak(ORGANIZATION, given.by(Actor.SYSTEM), theirs, OLDER, null, null, null));

    assertThat(given.state.toTellOf(events))
        .containsExactlyInAnyOrder(owner.person(), admin.person(), maker.person());
    assertThat(given.state.toTellOf(List.of())).isEmpty();
    assertThat(given.state.toTellOf(List.of(revoked()))).isEmpty();
  }

  @Test
  void whatWasReportedIsKeptWithTheKey() {
    policy(LeakedKeys.REPORT);
    given.when(leak(OLDER));
    rotated(null);
    Key whole = given.stateOf(key);

    var bytes = new KeyBytes();
    assertThat(bytes.read(bytes.write(whole), 0)).isEqualTo(whole);
    assertThat(whole.secrets()).extracting(Key.Secret::leaked).containsExactly(true, false);
  }
}
