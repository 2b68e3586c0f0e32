package dev.keyledger.command.organization;

import dev.keyledger.command.organization.Refusal.RateLimited;
import dev.keyledger.command.policy.PolicyCeiling;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyEndingSoon;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyLeaked;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.KeyEvent.RotationRolledBack;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberErased;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.PersonEvent.PersonErased;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.policy.KeyRules.Rate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How often members change the organisation, as far as its policy bounds it. What ends what a
 * counted command made (a revocation, a completed rotation, narrower scopes, a removal, a lower
 * role) is bounded by it and neither counted nor refused. Policies and allowlists can be tightened,
 * and keys suspended, without end: that is counted, and refused only at twice the rate.
 */
final class CommandRate {
  private static final int TO_TIGHTEN = 2;

  private final CountedTimes times;

  CommandRate() {
    this(List.of());
  }

  CommandRate(List<Long> times) {
    this.times = new CountedTimes(times);
  }

  /**
   * @param by who asked for it
   * @param after how the organisation stands after it
   * @return takes the event back, if whatever came later was taken back before
   */
  Runnable apply(OrganizationEvent event, Supplier<Actor.Kind> by, Standing after) {
    if (after.policy().commandRate() == null
        || !isCounted(event, after)
        || by.get() != Actor.Kind.MEMBER) {
      return () -> {};
    }
    times.add(event.at().toEpochMilli());
    return times::removeLast;
  }

  /** Forgets what no decision needs; what was applied before can't be taken back any more. */
  void pack(@Nullable Rate rate) {
    times.keepLast(rate == null ? 0 : rate.maximum() * TO_TIGHTEN);
  }

  /**
   * @param events that a member's command would become
   * @throws RefusedException when there were as many within the window as policy has it
   */
  void mustAllow(List<OrganizationEvent> events, Standing standing, Instant at) {
    Rate rate = standing.policy().commandRate();
    List<OrganizationEvent> counted =
        rate == null ? List.of() : events.stream().filter(e -> isCounted(e, standing)).toList();
    if (rate != null && !counted.isEmpty()) {
      boolean tightening = counted.stream().allMatch(e -> isTightening(e, standing));
      mustAllow(tightening ? rate.maximum() * TO_TIGHTEN : rate.maximum(), rate, at);
    }
  }

  /** As for a command that is counted. */
  void mustAllowOne(Standing standing, Instant at) {
    Rate rate = standing.policy().commandRate();
    if (rate != null) {
      mustAllow(rate.maximum(), rate, at);
    }
  }

  private void mustAllow(int most, Rate rate, Instant at) {
    Duration retryAfter = times.untilAtMost(most - 1, rate, at);
    if (!retryAfter.isZero()) {
      throw new RateLimited(new CommandQuota(rate, 0, retryAfter)).toException();
    }
  }

  /**
   * @return {@code null} where policy bounds nothing
   */
  @Nullable CommandQuota quota(@Nullable Rate rate, Instant at) {
    if (rate == null) {
      return null;
    }
    int counted = times.within(rate, at);
    Duration untilMore =
        counted == 0
            ? Duration.ZERO
            : times.untilAtMost(Math.min(counted, rate.maximum()) - 1, rate, at);
    return new CommandQuota(rate, Math.max(0, rate.maximum() - counted), untilMore);
  }

  private static boolean isCounted(OrganizationEvent event, Standing standing) {
    return switch (event) {
      case OrganizationRegistered e -> false;
      case OrganizationVerified e -> false;
      case LiveEnabled e -> false;
      case OrganizationSuspended e -> false;
      case OrganizationReinstated e -> false;
      case PolicyChanged e -> true;
      case IpAllowlistChanged e -> true;
      case MemberAdded e -> true;
      case MemberRoleChanged e ->
          // A lower role is not always a smaller one.
          !e.before().isAbove(e.after())
              || !new HashSet<>(standing.permissionsOf(e.before()))
                  .containsAll(standing.permissionsOf(e.after()));
      case MemberRemoved e -> false;
      case MemberErased e -> false;
      case PersonErased e -> false;
      case KeyCreated e -> true;
      case KeyRotated e -> true;
      case RotationCompleted e -> false;
      case RotationRolledBack e -> false;
      case KeyScopesNarrowed e -> false;
      case KeyRenamed e -> true;
      case KeyLeaked e -> false;
      case KeySuspended e -> true;
      case KeyResumed e -> true;
      case KeyRevoked e -> false;
      case KeyEndingSoon e -> false;
      case KeyExpired e -> false;
      case SubscriptionCreated e -> true;
      case SubscriptionChanged e -> true;
      case SubscriptionSecretRotated e -> true;
      case SubscriptionResumed e -> true;
      case SubscriptionPaused e -> false;
      case SubscriptionRemoved e -> false;
    };
  }

  private static boolean isTightening(OrganizationEvent event, Standing standing) {
    if (event instanceof PolicyChanged e) {
      return new PolicyCeiling(e.before()).exceededBy(e.after()).isEmpty();
    }
    return event instanceof KeySuspended
        || event instanceof IpAllowlistChanged e
            && new Allowlist(e.after(), e.afterEnvironments())
                .isWithin(new Allowlist(e.before(), e.beforeEnvironments()), standing.policy());
  }

  List<Long> times() {
    return times.all();
  }

  /** In memory, about. */
  long bytes() {
    return times.bytes();
  }
}
