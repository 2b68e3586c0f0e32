package dev.keyledger.events;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Policy;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an organisation is and what rules it lives by. */
public sealed interface StandingEvent extends OrganizationEvent {
  @Override
  default OrganizationEvent withoutVerifier() {
    return this;
  }

  /**
   * @param slug the organisation's name in paths; it never changes and is never given twice
   * @param preset the preset that the policy was copied from, {@code null} for a policy of its own
   */
  record OrganizationRegistered(
      OrganizationId organization,
      String slug,
      String name,
      OrganizationKind kind,
      @Nullable String preset,
      Policy policy,
      Instant at)
      implements StandingEvent {}

  record OrganizationVerified(Instant at) implements StandingEvent {}

  record LiveEnabled(Instant at) implements StandingEvent {}

  record OrganizationSuspended(@Nullable String reason, Instant at) implements StandingEvent {}

  record OrganizationReinstated(Instant at) implements StandingEvent {}

  /**
   * @param ceiling whether the operator set it, which makes it what an owner may only tighten
   */
  record PolicyChanged(Policy before, Policy after, boolean ceiling, Instant at)
      implements StandingEvent {}

  /**
   * CIDR ranges in canonical text; an empty list admits every address.
   *
   * @param beforeEnvironments those that the list was limited to; empty when it named none, as no
   *     list of before there was a choice did
   * @param ceiling {@code true} where the operator set it, so that members only tighten it; {@code
   *     null} where a member did, and in events of before the operator's bound anybody
   */
  record IpAllowlistChanged(
      List<String> before,
      List<String> after,
      List<String> beforeEnvironments,
      List<String> afterEnvironments,
      @Nullable Boolean ceiling,
      Instant at)
      implements StandingEvent {
    public IpAllowlistChanged {
      before = List.copyOf(before);
      after = List.copyOf(after);
      beforeEnvironments = beforeEnvironments == null ? List.of() : List.copyOf(beforeEnvironments);
      afterEnvironments = afterEnvironments == null ? List.of() : List.copyOf(afterEnvironments);
    }

    /** A member's, of lists that name no environments. */
    public IpAllowlistChanged(List<String> before, List<String> after, Instant at) {
      this(before, after, List.of(), List.of(), null, at);
    }

    /** A member's. */
    public IpAllowlistChanged(
        List<String> before,
        List<String> after,
        List<String> beforeEnvironments,
        List<String> afterEnvironments,
        Instant at) {
      this(before, after, beforeEnvironments, afterEnvironments, null, at);
    }
  }
}
