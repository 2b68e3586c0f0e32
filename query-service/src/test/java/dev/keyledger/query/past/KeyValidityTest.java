package dev.keyledger.query.past;

import static dev.keyledger.testing.TestLedger.START;
import static dev.keyledger.testing.TestLedger.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.KeyEvent.RotationRolledBack;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.Origin;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.AgeBound;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.decide.Check;
import dev.keyledger.query.past.PastVerdicts.PastQuestion;
import dev.keyledger.query.past.PastVerdicts.SecretVerdict;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Given events, when it is asked whether a key was good then, its verdict, the checks and why. */
class KeyValidityTest {
  private static final PastQuestion READING =
      new PastQuestion("live", Set.of("clients.read"), "192.0.2.7");

  private final Stream stream = new Stream();
  private final List<LedgerEvent> events = new ArrayList<>();
  private final KeyId key = TestLedger.newKey();
  private final MemberId owner = MemberId.of(UuidCreator.getTimeOrderedEpoch());
  private final MemberId colleague = MemberId.of(UuidCreator.getTimeOrderedEpoch());
  private Instant now = START;

  private static Policy policy(KeyRules.KeyUse use, KeyRules.Authority authority) {
    Policy p = TestLedger.policy();
    KeyRules k = p.keys();
    return new Policy(
        p.dialect(),
        p.environments(),
        p.environmentChoice(),
        p.liveEnvironments(),
        p.allowlistEnvironments(),
        new KeyRules(
            k.prefixes(),
            List.of(use),
            k.creators(),
            authority,
            k.limit(),
            k.creationRate(),
            k.expiry(),
            k.defaultGrace(),
            k.maximumGrace(),
            k.outstandingTokens()),
        p.keyTokens(),
        p.sessions(),
        Map.of(
            Role.OWNER, List.of("api_keys.rotate", "clients.read", "clients.write"),
            Role.DEVELOPER, List.of("clients.read"),
            Role.EMPLOYEE, List.of()),
        p.onboardingPermissions());
  }

  private static final Policy DIRECT = policy(KeyRules.KeyUse.DIRECT, KeyRules.Authority.CREATOR);

  /** An event of the next second, by that member. */
  private LedgerEvent by(@Nullable MemberId member, OrganizationEvent event) {
    var actor = member == null ? Actor.SYSTEM : new Actor(Actor.Kind.MEMBER, null, member, null);
    LedgerEvent next = stream.next(event, actor, Origin.NONE);
    events.add(next);
    return next;
  }

  private LedgerEvent given(OrganizationEvent event) {
    return by(null, event);
  }

  private Instant next() {
    now = now.plusSeconds(1);
    return now;
  }

  private void givenAKeyOfTheOwner() {
    given(
        new OrganizationRegistered(
            stream.id, stream.slug, "Name", OrganizationKind.STANDARD, "standard", DIRECT, now));
    given(added(owner, Role.OWNER));
    by(owner, created(List.of("clients.read"), null));
  }

  private MemberAdded added(MemberId member, Role role) {
    var person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    return new MemberAdded(member, person, new SealedText(person, "sealed"), role, next());
  }

  private KeyCreated created(List<String> scopes, @Nullable Instant expiresAt) {
    return new KeyCreated(
        key, "k", "live", scopes, owner, secret("kl_live_first00"), expiresAt, next());
  }

  private KeyValidity asked(PastQuestion question) {
    return asked(question, now);
  }

  private KeyValidity asked(PastQuestion question, Instant at) {
    var evidence =
        new KeyEvidence(
            stream.id,
            stream.position(),
            at,
            of(StandingEvent.class),
            of(MemberEvent.class),
            of(KeyEvent.class));
    return KeyValidity.of(evidence, key, question).orElseThrow();
  }

  private List<LedgerEvent> of(Class<?> family) {
    return events.stream().filter(event -> family.isInstance(event.event())).toList();
  }

  private static String codes(KeyValidity validity) {
    return validity.secrets().stream()
        .map(secret -> secret.prefix() + " " + secret.code().text())
        .collect(Collectors.joining(", "));
  }

  /** Such as {@code "passed by key.created at 2"}. */
  private static String check(KeyValidity validity, Check check) {
    return check(validity.secrets().getFirst(), check);
  }

  private static String check(SecretVerdict secret, Check check) {
    return secret.checks().stream()
        .filter(one -> one.check() == check)
        .map(one ->
            one.outcome()
                + (one.decidedBy() == null
                    ? ""
                    : " by "
                        + EventTypes.nameOf(one.decidedBy().event())
                        + " at "
                        + one.decidedBy().position()))
        .collect(Collectors.joining());
  }

  @Test
  void aKeyThatNothingSpokeAgainstWasGoodByTheEventsThatMadeItSo() {
    givenAKeyOfTheOwner();

    var then = asked(READING);

    assertThat(codes(then)).isEqualTo("kl_live_first00 ok");
    assertThat(then.secrets().getFirst().scopes()).containsExactly("clients.read");
    assertThat(check(then, Check.USE)).isEqualTo("PASSED by organization.registered at 0");
    assertThat(check(then, Check.STATUS)).isEqualTo("PASSED by key.created at 2");
    assertThat(check(then, Check.SUSPENSION)).isEqualTo("PASSED by organization.registered at 0");
    assertThat(check(then, Check.ENVIRONMENT)).isEqualTo("PASSED by key.created at 2");
    assertThat(check(then, Check.ADDRESS)).isEqualTo("PASSED by organization.registered at 0");
    assertThat(check(then, Check.SCOPE)).isEqualTo("PASSED by key.created at 2");
    assertThat(check(then, Check.AUTHORITY)).isEqualTo("PASSED by member.added at 1");
  }

  @Test
  void aPolicyThatLetsKeysOnlyBeExchangedMadeItUnknown() {
    givenAKeyOfTheOwner();
    given(
        new PolicyChanged(
            DIRECT, policy(KeyRules.KeyUse.EXCHANGE, KeyRules.Authority.CREATOR), false, next()));

    var then = asked(READING);

    assertThat(codes(then)).isEqualTo("kl_live_first00 not_found");
    assertThat(check(then, Check.USE)).isEqualTo("FAILED by organization.policy_changed at 3");
    assertThat(check(then, Check.STATUS)).isEqualTo("NOT_REACHED");
  }

  @Test
  void anEndCountsByTheEventOrByTheClock() {
    given(
        new OrganizationRegistered(
            stream.id, stream.slug, "Name", OrganizationKind.STANDARD, null, DIRECT, now));
    given(added(owner, Role.OWNER));
    Instant expiry = START.plusSeconds(60);
    by(owner, created(List.of(), expiry));

    assertThat(codes(asked(READING, expiry.minusMillis(1)))).isEqualTo("kl_live_first00 ok");
    var past = asked(READING, expiry);
    assertThat(codes(past)).isEqualTo("kl_live_first00 expired");
    assertThat(check(past, Check.STATUS)).isEqualTo("FAILED by key.created at 2");

    given(new KeyExpired(key, expiry, expiry.plusSeconds(5)));
    assertThat(check(asked(READING, expiry.plusSeconds(5)), Check.STATUS))
        .isEqualTo("FAILED by key.expired at 3");
  }

  @Test
  void aSecretThatWasTooOldHadEndedByThePolicyOrByWhatGaveItItsAge() {
    givenAKeyOfTheOwner();
    Instant set = next();
    given(new PolicyChanged(DIRECT, TestLedger.aged(DIRECT, Duration.ofDays(1), set), false, set));
    Instant end = set.plus(AgeBound.NOTICE);

    assertThat(codes(asked(READING, end.minusMillis(1)))).isEqualTo("kl_live_first00 ok");
    var past = asked(READING, end);
    assertThat(codes(past)).isEqualTo("kl_live_first00 expired");
    assertThat(past.secrets().getFirst().validUntil()).isEqualTo(end);
    assertThat(check(past, Check.STATUS)).isEqualTo("FAILED by organization.policy_changed at 3");

    Instant rotated = next();
    by(
        owner,
        new KeyRotated(key, new IssuedSecret("kl_live_second0", null, rotated), null, rotated));
    var after = asked(READING, end);
    assertThat(codes(after)).isEqualTo("kl_live_second0 expired, kl_live_first00 expired");
    assertThat(check(after, Check.STATUS)).isEqualTo("FAILED by key.rotated at 4");
    var during = asked(READING, rotated.plus(Duration.ofDays(1)).minusMillis(1));
    assertThat(codes(during)).isEqualTo("kl_live_second0 ok, kl_live_first00 ok");
  }

  @Test
  void aRevokedKeyIsRevokedWhateverElseWasWrong() {
    givenAKeyOfTheOwner();
    by(owner, new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, "leaked", next()));
    given(new OrganizationSuspended(null, next()));

    var then = asked(READING);

    assertThat(codes(then)).isEqualTo("kl_live_first00 revoked");
    assertThat(check(then, Check.STATUS)).isEqualTo("FAILED by key.revoked at 3");
    assertThat(check(then, Check.SUSPENSION)).isEqualTo("NOT_REACHED");
    assertThat(then.holders()).isEmpty();
  }

  @Test
  void ofARotatingKeyBothSecretsWereGoodUntilTheOlderOnesEnd() {
    givenAKeyOfTheOwner();
    Instant end = START.plus(Duration.ofHours(1));
    by(owner, new KeyRotated(key, secret("kl_live_second0"), end, next()));

    var during = asked(READING);
    assertThat(codes(during)).isEqualTo("kl_live_second0 ok, kl_live_first00 ok");
    assertThat(check(during.secrets().getLast(), Check.STATUS))
        .isEqualTo("PASSED by key.rotated at 3");

    var after = asked(READING, end);
    assertThat(codes(after)).isEqualTo("kl_live_second0 ok, kl_live_first00 revoked");
    assertThat(after.secrets().getLast().validUntil()).isEqualTo(end);
    assertThat(check(after.secrets().getLast(), Check.STATUS))
        .isEqualTo("FAILED by key.rotated at 3");

    by(owner, new RotationCompleted(key, "kl_live_first00", next(), now));
    var completed = asked(READING);
    assertThat(codes(completed)).isEqualTo("kl_live_second0 ok, kl_live_first00 revoked");
    assertThat(completed.secrets().getLast().validUntil()).isEqualTo(now);
    assertThat(check(completed.secrets().getLast(), Check.STATUS))
        .isEqualTo("FAILED by key.rotation_completed at 4");

    by(owner, new KeyRotated(key, secret("kl_live_third00"), null, next()));
    assertThat(codes(asked(READING))).isEqualTo("kl_live_third00 ok, kl_live_second0 ok");
  }

  @Test
  void aRotationThatWasRolledBackLeavesTheOlderSecretGoodBeyondItsGrace() {
    givenAKeyOfTheOwner();
    Instant end = START.plus(Duration.ofHours(1));
    by(owner, new KeyRotated(key, secret("kl_live_second0"), end, next()));
    by(owner, new RotationRolledBack(key, "kl_live_second0", next()));

    var after = asked(READING, end.plusSeconds(1));
    assertThat(codes(after)).isEqualTo("kl_live_first00 ok, kl_live_second0 revoked");
    assertThat(after.secrets().getFirst().validUntil()).isNull();
    assertThat(check(after.secrets().getFirst(), Check.STATUS))
        .isEqualTo("PASSED by key.rotation_rolled_back at 4");
    assertThat(after.secrets().getLast().validUntil()).isEqualTo(now);
    assertThat(check(after.secrets().getLast(), Check.STATUS))
        .isEqualTo("FAILED by key.rotation_rolled_back at 4");

    by(owner, new KeyRotated(key, secret("kl_live_third00"), null, end.plusSeconds(2)));
    assertThat(codes(asked(READING, end.plusSeconds(3))))
        .isEqualTo("kl_live_third00 ok, kl_live_first00 ok");
  }

  @Test
  void aSuspensionCountsUntilTheReinstatement() {
    givenAKeyOfTheOwner();
    given(new OrganizationSuspended("unpaid", next()));

    var suspended = asked(READING);
    assertThat(codes(suspended)).isEqualTo("kl_live_first00 organization_suspended");
    assertThat(check(suspended, Check.SUSPENSION))
        .isEqualTo("FAILED by organization.suspended at 3");

    given(new OrganizationReinstated(next()));
    var reinstated = asked(READING);
    assertThat(codes(reinstated)).isEqualTo("kl_live_first00 ok");
    assertThat(check(reinstated, Check.SUSPENSION))
        .isEqualTo("PASSED by organization.reinstated at 4");
  }

  @Test
  void aSuspensionOfTheKeyItselfCountsUntilItsTimeOrItsEnd() {
    givenAKeyOfTheOwner();
    Instant until = START.plus(Duration.ofHours(1));
    by(owner, new KeySuspended(key, until, "who uses it?", next()));

    var during = asked(READING);
    assertThat(codes(during)).isEqualTo("kl_live_first00 key_suspended");
    assertThat(check(during, Check.STATUS)).isEqualTo("FAILED by key.suspended at 3");
    assertThat(during.holders()).isNotEmpty();
    var after = asked(READING, until);
    assertThat(codes(after)).isEqualTo("kl_live_first00 ok");
    assertThat(check(after, Check.STATUS)).isEqualTo("PASSED by key.suspended at 3");

    by(owner, new KeyResumed(key, next(), now));
    assertThat(codes(asked(READING))).isEqualTo("kl_live_first00 ok");
    assertThat(check(asked(READING), Check.STATUS)).isEqualTo("PASSED by key.resumed at 4");
  }

  @Test
  void anotherEnvironmentIsTheKeysFromTheBeginning() {
    givenAKeyOfTheOwner();

    var then = asked(new PastQuestion("test", Set.of(), null));

    assertThat(codes(then)).isEqualTo("kl_live_first00 wrong_environment");
    assertThat(check(then, Check.ENVIRONMENT)).isEqualTo("FAILED by key.created at 2");
    assertThat(codes(asked(new PastQuestion(null, Set.of(), null)))).endsWith(" ok");
  }

  @Test
  void anAllowlistRefusesOtherAddressesAndDependsOnOneThatIsNotTold() {
    givenAKeyOfTheOwner();
    given(new IpAllowlistChanged(List.of(), List.of("198.51.100.0/24"), next()));

    var elsewhere = asked(READING);
    assertThat(codes(elsewhere)).isEqualTo("kl_live_first00 ip_not_allowed");
    assertThat(check(elsewhere, Check.ADDRESS))
        .isEqualTo("FAILED by organization.ip_allowlist_changed at 3");
    assertThat(check(elsewhere, Check.AUTHORITY)).isEqualTo("NOT_REACHED");

    var there = asked(new PastQuestion("live", Set.of("clients.read"), "198.51.100.9"));
    assertThat(codes(there)).isEqualTo("kl_live_first00 ok");

    var untold = asked(new PastQuestion("live", Set.of("clients.write"), null));
    assertThat(codes(untold)).isEqualTo("kl_live_first00 ip_not_allowed");
    assertThat(check(untold, Check.ADDRESS))
        .isEqualTo("DEPENDS by organization.ip_allowlist_changed at 3");
    assertThat(check(untold, Check.SCOPE)).isEqualTo("FAILED by key.created at 2");
  }

  @Test
  void aListThatNamesNoEnvironmentsRestsOnThePolicyToo() {
    givenAKeyOfTheOwner();
    given(new IpAllowlistChanged(List.of(), List.of("198.51.100.0/24"), next()));
    given(new PolicyChanged(DIRECT, DIRECT, true, next()));
    assertThat(check(asked(READING), Check.ADDRESS))
        .isEqualTo("FAILED by organization.policy_changed at 4");

    given(
        new IpAllowlistChanged(
            List.of(), List.of("198.51.100.0/24"), List.of(), List.of("live"), next()));
    given(new PolicyChanged(DIRECT, DIRECT, true, next()));
    assertThat(check(asked(READING), Check.ADDRESS))
        .isEqualTo("FAILED by organization.ip_allowlist_changed at 5");
  }

  @Test
  void whatTheKeysOwnScopesLackIsItsOwnAndWhatItsCreatorLacksIsTheirs() {
    givenAKeyOfTheOwner();
    var writing = new PastQuestion("live", Set.of("clients.write"), null);

    var narrow = asked(writing);
    assertThat(codes(narrow)).isEqualTo("kl_live_first00 insufficient_scope");
    assertThat(check(narrow, Check.SCOPE)).isEqualTo("FAILED by key.created at 2");
    assertThat(check(narrow, Check.AUTHORITY)).isEqualTo("NOT_REACHED");

    by(owner, new KeyScopesNarrowed(key, List.of("clients.read"), List.of("clients.read"), next()));
    assertThat(check(asked(writing), Check.SCOPE)).isEqualTo("FAILED by key.scopes_narrowed at 3");

    given(new MemberRoleChanged(owner, Role.OWNER, Role.EMPLOYEE, next()));
    var demoted = asked(READING);
    assertThat(codes(demoted)).isEqualTo("kl_live_first00 insufficient_scope");
    assertThat(check(demoted, Check.SCOPE)).isEqualTo("PASSED by key.scopes_narrowed at 3");
    assertThat(check(demoted, Check.AUTHORITY)).isEqualTo("FAILED by member.role_changed at 4");
  }

  @Test
  void authorityEndsWithTheMembersRemovalAndRestsOtherwiseOnTheLatestOfRoleAndRules() {
    givenAKeyOfTheOwner();
    given(new OrganizationVerified(next()));
    assertThat(check(asked(READING), Check.AUTHORITY))
        .isEqualTo("PASSED by organization.verified at 3");

    given(new MemberRemoved(owner, Role.OWNER, next()));
    given(new PolicyChanged(DIRECT, DIRECT, true, next()));
    var removed = asked(READING);
    assertThat(codes(removed)).isEqualTo("kl_live_first00 insufficient_scope");
    assertThat(check(removed, Check.AUTHORITY)).isEqualTo("FAILED by member.removed at 4");

    given(
        new PolicyChanged(
            DIRECT, policy(KeyRules.KeyUse.DIRECT, KeyRules.Authority.ORGANIZATION), true, next()));
    var organizations = asked(READING);
    assertThat(codes(organizations)).isEqualTo("kl_live_first00 ok");
    assertThat(check(organizations, Check.AUTHORITY))
        .isEqualTo("PASSED by organization.policy_changed at 6");
  }

  @Test
  void holdersAreWhoWasShownASecretThatLivedAndWhoCouldMakeOne() {
    givenAKeyOfTheOwner();
    given(added(colleague, Role.DEVELOPER));
    by(colleague, new KeyRotated(key, secret("kl_live_second0"), null, next()));
    given(new MemberRemoved(colleague, Role.DEVELOPER, next()));

    assertThat(asked(READING).holders())
        .extracting(holder -> holder.member().id(), KeyHolder::because)
        .containsExactlyInAnyOrder(
            tuple(
                owner,
                Set.of(
                    KeyHolder.Reason.CREATED,
                    KeyHolder.Reason.SHOWN_SECRET,
                    KeyHolder.Reason.MAY_ROTATE)),
            tuple(colleague, Set.of(KeyHolder.Reason.SHOWN_SECRET)));

    by(owner, new RotationCompleted(key, "kl_live_first00", next(), now));
    assertThat(asked(READING).holders())
        .extracting(holder -> holder.member().id(), KeyHolder::because)
        .containsExactly(
            tuple(colleague, Set.of(KeyHolder.Reason.SHOWN_SECRET)),
            tuple(owner, Set.of(KeyHolder.Reason.CREATED, KeyHolder.Reason.MAY_ROTATE)));
  }

  @Test
  void aKeyThatWasNotThereYetHasNoAnswer() {
    given(
        new OrganizationRegistered(
            stream.id, stream.slug, "Name", OrganizationKind.STANDARD, null, DIRECT, now));
    var evidence =
        new KeyEvidence(stream.id, 0, now, of(StandingEvent.class), List.of(), List.of());
    assertThat(KeyValidity.of(evidence, key, READING)).isEmpty();
  }
}
