package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.OPERATOR;
import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.organization.KeyCommand.CompleteRotation;
import dev.keyledger.command.organization.KeyCommand.CreateKey;
import dev.keyledger.command.organization.KeyCommand.ResumeKey;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.RollBackRotation;
import dev.keyledger.command.organization.KeyCommand.RotateKey;
import dev.keyledger.command.organization.KeyCommand.SuspendKey;
import dev.keyledger.command.organization.KeyCommand.UpdateKey;
import dev.keyledger.command.organization.MemberCommand.AddMember;
import dev.keyledger.command.organization.MemberCommand.ChangeMemberRole;
import dev.keyledger.command.organization.MemberCommand.CheckInvitation;
import dev.keyledger.command.organization.MemberCommand.RemoveMember;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.RateLimited;
import dev.keyledger.command.organization.StandingCommand.SetIpAllowlist;
import dev.keyledger.command.organization.StandingCommand.SetPolicy;
import dev.keyledger.command.policy.Policies;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.KeyRules.Rate;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CommandRateTest {
  private static final int MAXIMUM = 10;
  private static final Duration PER = Duration.ofMinutes(1);
  private static final Policy STANDARD = Given.PRESETS.find("standard").orElseThrow();
  private static final Policy BOUNDED = Policies.withCommandRate(STANDARD, MAXIMUM, PER);

  private final Given given = Given.anOrganizationWith(BOUNDED);
  private final Actor owner = given.member(Role.OWNER);
  private final KeyId key = given.key("live", owner.member(), List.of("a.b", "c.d"), null);
  private int renamed;

  private UpdateKey rename(Actor by) {
    return new UpdateKey(ORGANIZATION, given.by(by), key, "name " + renamed++, null);
  }

  /** Everything that the rate gives for now. */
  private void useUp() {
    for (int i = 0; i < MAXIMUM; i++) {
      assertThat(given.when(rename(owner))).hasSize(1);
    }
  }

  private Duration refusedFor(OrganizationCommand command) {
    assertThat(given.refused(command)).isInstanceOf(RateLimited.class);
    return ((RateLimited) given.refused(command)).quota().untilMore();
  }

  @Test
  void membersMakeAsManyChangesTogetherWithinAnyWindowAsPolicySays() {
    Actor developer = given.member(Role.DEVELOPER);
    for (int i = 0; i < MAXIMUM; i++) {
      assertThat(given.when(rename(i % 2 == 0 ? owner : developer))).hasSize(1);
      given.later(Duration.ofSeconds(1));
    }

    assertThat(refusedFor(rename(developer))).isEqualTo(Duration.ofSeconds(50));
    given.later(Duration.ofMillis(49_999));
    assertThat(refusedFor(rename(owner))).isEqualTo(Duration.ofMillis(1));
    given.later(Duration.ofMillis(1));
    assertThat(given.when(rename(owner))).hasSize(1);
    assertThat(refusedFor(rename(owner))).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void everyKindOfChangeThatGivesOrReplacesIsCounted() {
    PersonId person = Given.person();
    Actor other = given.member(Role.DEVELOPER);
    List<Function<Actor, OrganizationCommand>> changes =
        List.of(
            this::rename,
            by -> new RotateKey(ORGANIZATION, given.by(by), key, null, Given.secret()),
            this::creation,
            by ->
                new AddMember(
                    ORGANIZATION,
                    given.by(by),
                    MemberId.of(UuidCreator.getTimeOrderedEpoch()),
                    person,
                    new SealedText(person, "sealed"),
                    Role.AUDITOR),
            by -> new ChangeMemberRole(ORGANIZATION, given.by(by), other.member(), Role.ADMIN),
            by -> allowlist(by, List.of("10.0.0.0/8", "192.0.2.0/24")));
    given.when(allowlist(owner, List.of("10.0.0.0/8")));
    given.later(PER);
    useUp();
    for (Function<Actor, OrganizationCommand> change : changes) {
      assertThat(refusedFor(change.apply(owner))).as(change.apply(owner).toString()).isPositive();
    }
    assertThat(
            refusedFor(
                new CheckInvitation(
                    ORGANIZATION,
                    given.by(owner),
                    MemberId.of(UuidCreator.getTimeOrderedEpoch()),
                    Role.AUDITOR)))
        .isPositive();

    given.later(PER);
    for (Function<Actor, OrganizationCommand> change : changes) {
      assertThat(given.when(change.apply(owner))).isNotEmpty();
    }
    assertThat(given.state.countedTimes()).hasSize(MAXIMUM + 1 + changes.size());
  }

  private SetIpAllowlist allowlist(Actor by, List<String> cidrs) {
    // People are bound by a list of all environments alone, and these have no address.
    List<String> environments = cidrs.isEmpty() ? List.of() : List.of("test");
    return new SetIpAllowlist(ORGANIZATION, given.by(by), cidrs, environments, true);
  }

  private CreateKey creation(Actor by) {
    return new CreateKey(
        ORGANIZATION,
        given.by(by),
        Given.keyId(),
        "new",
        "test",
        List.of(),
        null,
        null,
        Given.secret());
  }

  @Test
  void whatTakesPowerAwayIsNeitherRefusedNorCounted() {
    given.when(new RotateKey(ORGANIZATION, given.by(owner), key, null, Given.secret()));
    Actor admin = given.member(Role.ADMIN);
    Actor gone = given.member(Role.DEVELOPER);
    KeyId another = given.key("live", owner.member());
    given.when(new RotateKey(ORGANIZATION, given.by(owner), another, null, Given.secret()));
    given.later(PER);
    useUp();
    List<Long> before = given.state.countedTimes();

    for (OrganizationCommand reducing :
        List.of(
            new CompleteRotation(ORGANIZATION, given.by(owner), key),
            new UpdateKey(ORGANIZATION, given.by(owner), key, null, List.of("a.b")),
            new RollBackRotation(ORGANIZATION, given.by(owner), another),
            new RevokeKey(ORGANIZATION, given.by(owner), another, null),
            new ChangeMemberRole(ORGANIZATION, given.by(owner), admin.member(), Role.DEVELOPER),
            new RemoveMember(ORGANIZATION, given.by(owner), gone.member()))) {
      assertThat(given.when(reducing)).as(reducing.toString()).isNotEmpty();
    }
    assertThat(given.state.countedTimes()).isEqualTo(before);
    // What takes and gives at once gives.
    assertThat(refusedFor(new UpdateKey(ORGANIZATION, given.by(owner), key, "n", List.of("a.b"))))
        .isPositive();
  }

  /** Who can't suspend at the worst moment revokes; back and forth has an end all the same. */
  @Test
  void aKeyIsSuspendedAtTwiceTheRateAndResumedAtTheRate() {
    given.later(PER);
    useUp();
    int before = given.state.countedTimes().size();

    assertThat(given.when(new SuspendKey(ORGANIZATION, given.by(owner), key, null, "why")))
        .isNotEmpty();

    assertThat(given.state.countedTimes()).hasSize(before + 1);
    assertThat(refusedFor(new ResumeKey(ORGANIZATION, given.by(owner), key))).isPositive();
    given.later(PER);
    assertThat(given.when(new ResumeKey(ORGANIZATION, given.by(owner), key))).isNotEmpty();
  }

  /** Else two roles of which each can do something that the other can't would go round for ever. */
  @Test
  void aLowerRoleThatMayMoreIsCounted() {
    Given odd =
        Given.anOrganizationWith(Policies.withRole(BOUNDED, Role.AUDITOR, List.of("audit.read")));
    Actor first = odd.member(Role.OWNER);
    Actor other = odd.member(Role.DEVELOPER);

    odd.when(new ChangeMemberRole(ORGANIZATION, odd.by(first), other.member(), Role.AUDITOR));

    assertThat(odd.state.countedTimes()).hasSize(1);
  }

  /** Durations and ranges can be tightened for as good as ever: that has an end of its own. */
  @Test
  void policyAndAllowlistAreTightenedBeyondTheRateAndNotWithoutEnd() {
    useUp();
    for (int i = 0; i < MAXIMUM; i++) {
      assertThat(given.when(tighter(i))).hasSize(1);
    }
    assertThat(refusedFor(tighter(MAXIMUM))).isEqualTo(PER);
    assertThat(refusedFor(allowlist(owner, List.of("10.0.0.0/8")))).isEqualTo(PER);

    given.later(PER);
    useUp();
    assertThat(given.when(allowlist(owner, List.of("10.0.0.0/8")))).hasSize(1);
    assertThat(refusedFor(allowlist(owner, List.of()))).isEqualTo(PER);
    Policy looser = Policies.withAccessLifetime(BOUNDED, Duration.ofMinutes(15));
    assertThat(refusedFor(new SetPolicy(ORGANIZATION, given.by(owner), looser))).isEqualTo(PER);
  }

  private SetPolicy tighter(int by) {
    return new SetPolicy(
        ORGANIZATION,
        given.by(owner),
        Policies.withAccessLifetime(BOUNDED, Duration.ofMinutes(14).minusSeconds(by)));
  }

  @Test
  void theOperatorIsNeitherRefusedNorCountedAndNorIsThePlatform() {
    useUp();
    List<Long> before = given.state.countedTimes();
    for (int i = 0; i < 3; i++) {
      assertThat(given.when(rename(OPERATOR))).hasSize(1);
    }
    Policy policy = Policies.withCommandRate(STANDARD, MAXIMUM, Duration.ofMinutes(2));
    assertThat(given.when(new SetPolicy(ORGANIZATION, given.by(OPERATOR), policy))).hasSize(1);
    assertThat(given.state.countedTimes()).isEqualTo(before);
  }

  @Test
  void whatChangesNothingIsNotRefusedAndWhoMayNotIsNotToldOfTheRate() {
    given.when(new UpdateKey(ORGANIZATION, given.by(owner), key, "as it is", null));
    for (int i = 1; i < MAXIMUM; i++) {
      given.when(rename(owner));
    }
    String name = given.stateOf(key).name();

    assertThat(given.when(new UpdateKey(ORGANIZATION, given.by(owner), key, name, null))).isEmpty();
    Actor auditor = given.member(Role.AUDITOR);
    assertThat(given.refused(rename(auditor))).isInstanceOf(Forbidden.class);
  }

  @Test
  void withoutARateThereIsNone() {
    Given free = Given.anOrganizationWith(Policies.withoutCommandRate(STANDARD));
    Actor first = free.member(Role.OWNER);
    KeyId one = free.key("live", first.member());
    for (int i = 0; i < 3 * MAXIMUM; i++) {
      free.when(new UpdateKey(ORGANIZATION, free.by(first), one, "n" + i, null));
    }
    assertThat(free.state.countedTimes()).isEmpty();
    assertThat(free.state.quotaAfter(rename(first))).isNull();
  }

  @Test
  void whatIsLeftIsToldToMembers() {
    assertThat(given.state.quotaAfter(rename(owner)))
        .isEqualTo(new CommandQuota(new Rate(MAXIMUM, PER), MAXIMUM, Duration.ZERO));
    given.when(rename(owner));
    given.later(Duration.ofSeconds(10));
    given.when(rename(owner));
    assertThat(given.state.quotaAfter(rename(owner)))
        .isEqualTo(new CommandQuota(new Rate(MAXIMUM, PER), MAXIMUM - 2, Duration.ofSeconds(50)));
    assertThat(given.state.quotaAfter(rename(OPERATOR))).isNull();
  }

  @Test
  void aTighterRateCountsWhatWasAndALooserOneLetsGoOnAtOnce() {
    useUp();
    Policy looser = Policies.withCommandRate(STANDARD, MAXIMUM + 2, PER);
    given.when(new SetPolicy(ORGANIZATION, given.by(OPERATOR), looser));
    given.state.pack();
    given.when(rename(owner));
    given.when(rename(owner));
    assertThat(refusedFor(rename(owner))).isEqualTo(PER);
    given.when(new SetPolicy(ORGANIZATION, given.by(OPERATOR), BOUNDED));
    given.state.pack();
    assertThat(refusedFor(rename(owner))).isEqualTo(PER);
  }

  @Test
  void aSnapshotKnowsAsMuchAndKeepsNoMoreThanItNeeds() {
    for (int i = 0; i < 5; i++) {
      useUp();
      given.later(PER);
    }
    useUp();
    given.state.pack();
    assertThat(given.state.countedTimes()).hasSize(2 * MAXIMUM);

    List<byte[]> parts = OrganizationSnapshot.of(given.state).parts();
    OrganizationState restored = OrganizationSnapshot.restore(parts.getFirst(), parts::get, true);

    assertThat(restored.countedTimes()).isEqualTo(given.state.countedTimes());
    assertThat(Given.refusalOf(() -> restored.decide(rename(owner))))
        .isEqualTo(given.refused(rename(owner)))
        .isInstanceOf(RateLimited.class);
  }

  @Test
  void aSnapshotOfBeforeThereWereRatesCountsNothing() {
    given.state.pack();
    List<byte[]> parts = new ArrayList<>(OrganizationSnapshot.of(given.state).parts());
    String head = new String(parts.getFirst(), StandardCharsets.UTF_8);
    assertThat(head).contains(",\"counted_times\":[]");
    parts.set(0, head.replace(",\"counted_times\":[]", "").getBytes(StandardCharsets.UTF_8));

    OrganizationState restored = OrganizationSnapshot.restore(parts.getFirst(), parts::get, true);

    assertThatNoException().isThrownBy(() -> restored.decide(rename(owner)));
  }

  @Test
  void whatIsTakenBackWasNeverCounted() {
    useUp();
    given.state.pack();
    List<Long> before = given.state.countedTimes();
    OrganizationEvent event = new KeyRenamed(key, "a", "b", given.now());

    Runnable back = given.state.apply(event, given.state.position() + 1, () -> Actor.Kind.MEMBER);
    assertThat(given.state.countedTimes()).hasSize(MAXIMUM + 1);
    back.run();

    assertThat(given.state.countedTimes()).isEqualTo(before);
  }
}
