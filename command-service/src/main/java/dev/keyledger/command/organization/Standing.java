package dev.keyledger.command.organization;

import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Policy;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an organisation is and the rules that it lives by.
 *
 * @param ceiling the policy that the operator set last, at registration or since: an owner only
 *     tightens it
 * @param ipAllowlist ranges in canonical text; an empty list admits every address
 */
public record Standing(
    OrganizationId id,
    String slug,
    String name,
    OrganizationKind kind,
    @Nullable String preset,
    Policy policy,
    Policy ceiling,
    boolean verified,
    boolean live,
    boolean suspended,
    List<String> ipAllowlist,
    Instant registeredAt) {

  public Standing {
    ipAllowlist = List.copyOf(ipAllowlist);
  }

  static Standing of(OrganizationRegistered e) {
    return new Standing(
        e.organization(),
        e.slug(),
        e.name(),
        e.kind(),
        e.preset(),
        e.policy(),
        e.policy(),
        false,
        false,
        false,
        List.of(),
        e.at());
  }

  Standing after(StandingEvent event) {
    return switch (event) {
      case OrganizationRegistered e ->
          throw new IllegalStateException(id + " was registered before");
      case OrganizationVerified e -> with(true, live, suspended);
      case LiveEnabled e -> with(verified, true, suspended);
      case OrganizationSuspended e -> with(verified, live, true);
      case OrganizationReinstated e -> with(verified, live, false);
      case PolicyChanged e -> with(e.after(), e.ceiling() ? e.after() : ceiling, ipAllowlist);
      case IpAllowlistChanged e -> with(policy, ceiling, e.after());
    };
  }

  private Standing with(boolean nowVerified, boolean nowLive, boolean nowSuspended) {
    return new Standing(
        id,
        slug,
        name,
        kind,
        preset,
        policy,
        ceiling,
        nowVerified,
        nowLive,
        nowSuspended,
        ipAllowlist,
        registeredAt);
  }

  private Standing with(Policy newPolicy, Policy newCeiling, List<String> newAllowlist) {
    return new Standing(
        id,
        slug,
        name,
        kind,
        preset,
        newPolicy,
        newCeiling,
        verified,
        live,
        suspended,
        newAllowlist,
        registeredAt);
  }
}
