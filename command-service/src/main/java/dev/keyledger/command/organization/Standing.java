package dev.keyledger.command.organization;

import dev.keyledger.command.organization.Refusal.EnvironmentInUse;
import dev.keyledger.command.organization.Refusal.OrganizationNotVerified;
import dev.keyledger.command.organization.Refusal.PolicyCeilingExceeded;
import dev.keyledger.command.organization.Refusal.SlugTaken;
import dev.keyledger.command.organization.Refusal.WouldShutOutCaller;
import dev.keyledger.command.organization.StandingCommand.EnableLive;
import dev.keyledger.command.organization.StandingCommand.LookAtAges;
import dev.keyledger.command.organization.StandingCommand.Register;
import dev.keyledger.command.organization.StandingCommand.Reinstate;
import dev.keyledger.command.organization.StandingCommand.SetIpAllowlist;
import dev.keyledger.command.organization.StandingCommand.SetPolicy;
import dev.keyledger.command.organization.StandingCommand.Suspend;
import dev.keyledger.command.organization.StandingCommand.Verify;
import dev.keyledger.command.policy.PolicyCeiling;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Policy.EnvironmentChoice;
import dev.keyledger.events.policy.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an organisation is and the rules that it lives by.
 *
 * @param ceiling the policy that the operator set last, at registration or since: an owner only
 *     tightens it
 * @param suspensionReason the operator's words, if any were given
 * @param ipAllowlist ranges in canonical text; an empty list admits every address
 * @param allowlistEnvironments those that it is limited to; empty for what the policy says
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
    @Nullable String suspensionReason,
    List<String> ipAllowlist,
    List<String> allowlistEnvironments,
    @Nullable Allowlist allowlistCeiling,
    Instant registeredAt) {

  /** The slug of Keyledger's own organisation, which no other gets. */
  public static final String PLATFORM_SLUG = "platform";

  public Standing {
    ipAllowlist = List.copyOf(ipAllowlist);
    // Snapshots of before there was a choice have none.
    allowlistEnvironments =
        allowlistEnvironments == null ? List.of() : List.copyOf(allowlistEnvironments);
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
        null,
        List.of(),
        List.of(),
        null,
        e.at());
  }

  /** What members of a role may do at this stage. */
  List<String> permissionsOf(Role role) {
    return policy.permissionsOf(role, verified);
  }

  /**
   * What enforcement needs of it.
   *
   * @param position that it reflects
   */
  public OrganizationAccess access(long position) {
    return new OrganizationAccess(
        id,
        position,
        slug,
        kind,
        verified,
        live,
        suspended,
        ipAllowlist,
        allowlistEnvironments,
        // Enforcement reads strictly, and has nothing to do by it.
        policy.withoutWaitingForReceivers());
  }

  /** Whether people may act from there. */
  boolean admitsPeopleFrom(ClientAddress address) {
    return allowlist().admitsPeopleFrom(address, policy);
  }

  private Allowlist allowlist() {
    return new Allowlist(ipAllowlist, allowlistEnvironments);
  }

  /** Whether a key may do what its creator may, and ends with them. */
  boolean keysActForTheirCreator() {
    return actForTheirCreator(policy);
  }

  private static boolean actForTheirCreator(Policy policy) {
    return policy.keys().authority() == Authority.CREATOR;
  }

  Standing after(StandingEvent event) {
    return switch (event) {
      case OrganizationRegistered e ->
          throw new IllegalStateException(id + " was registered before");
      case OrganizationVerified e -> with(true, live, suspended, suspensionReason);
      case LiveEnabled e -> with(verified, true, suspended, suspensionReason);
      case OrganizationSuspended e -> with(verified, live, true, e.reason());
      case OrganizationReinstated e -> with(verified, live, false, null);
      case PolicyChanged e ->
          with(e.after(), e.ceiling() ? e.after() : ceiling, allowlist(), allowlistCeiling);
      case IpAllowlistChanged e -> {
        var after = new Allowlist(e.after(), e.afterEnvironments());
        yield with(policy, ceiling, after, e.ceiling() == null ? allowlistCeiling : after);
      }
    };
  }

  static List<OrganizationEvent> decide(Register c) {
    Principal.must(
        switch (c.kind()) {
          case PLATFORM -> c.context().actor().kind() == Actor.Kind.SYSTEM;
          case STANDARD, CONNECTED_ACCOUNT -> c.context().actor().kind() == Actor.Kind.OPERATOR;
        });
    if (c.slug().equals(PLATFORM_SLUG) != (c.kind() == OrganizationKind.PLATFORM)) {
      throw new SlugTaken().toException();
    }
    return List.of(
        new OrganizationRegistered(
            c.organization(),
            c.slug(),
            c.name(),
            c.kind(),
            c.preset(),
            c.policy().setAt(c.context().at(), null),
            c.context().at()));
  }

  List<OrganizationEvent> decide(
      StandingCommand command, Principal principal, Members members, KeyRing keys) {
    Principal.must(kind != OrganizationKind.PLATFORM);
    Instant at = command.context().at();
    return switch (command) {
      case Register c -> throw new SlugTaken().toException();
      case Verify c -> {
        principal.mustBeOperator();
        yield verified ? List.of() : List.of(new OrganizationVerified(at));
      }
      case EnableLive c -> {
        principal.mustBeOperator();
        yield live ? List.of() : goingLive(keys, at);
      }
      case Suspend c -> {
        principal.mustBeOperator();
        yield suspended ? List.of() : List.of(new OrganizationSuspended(c.reason(), at));
      }
      case Reinstate c -> {
        principal.mustBeOperator();
        yield suspended ? List.of(new OrganizationReinstated(at)) : List.of();
      }
      case SetPolicy c -> settingPolicy(c, principal, members, keys);
      case SetIpAllowlist c -> settingAllowlist(c, principal, at);
      case LookAtAges c -> {
        Principal.must(principal instanceof Principal.Platform);
        yield KeyAges.decide(keys, at);
      }
    };
  }

  private List<OrganizationEvent> settingAllowlist(
      SetIpAllowlist c, Principal principal, Instant at) {
    switch (policy.allowlistManagers()) {
      case PERMISSION -> principal.mustHold(Permissions.POLICY_MANAGE);
      case OPERATOR -> principal.mustBeOperator();
    }
    Fields.check(
        policy.environments().containsAll(c.environments()),
        "environments",
        "of " + policy.environments());
    List<String> after = c.ranges().canonical();
    List<String> afterEnvironments =
        policy.environments().stream().filter(c.environments()::contains).toList();
    var next = new Allowlist(after, afterEnvironments);
    if (principal.isOperator()) {
      return next.equals(allowlist()) && next.equals(allowlistCeiling)
          ? List.of()
          : List.of(
              new IpAllowlistChanged(
                  ipAllowlist, after, allowlistEnvironments, afterEnvironments, true, at));
    }
    if (allowlistCeiling != null && !next.isWithin(allowlistCeiling, policy)) {
      throw new PolicyCeilingExceeded("ip_allowlist").toException();
    }
    mustGoOnActing(next, policy, principal, c.context(), c.confirmed());
    return next.equals(allowlist())
        ? List.of()
        : List.of(
            new IpAllowlistChanged(
                ipAllowlist, after, allowlistEnvironments, afterEnvironments, null, at));
  }

  /**
   * Nobody shuts themselves out unawares, from where they are or from what they have just done.
   *
   * @param confirmed whether the caller says that they know
   */
  private void mustGoOnActing(
      Allowlist nextList,
      Policy nextPolicy,
      Principal principal,
      CommandContext context,
      boolean confirmed) {
    principal
        .membership()
        .filter(member -> !confirmed)
        .ifPresent(member -> {
          if (!nextList.admitsPeopleFrom(context.address(), nextPolicy)) {
            throw new WouldShutOutCaller("ip_allowlist").toException();
          }
          if (!nextPolicy
              .permissionsOf(member.role(), verified)
              .contains(Permissions.POLICY_MANAGE)) {
            throw new WouldShutOutCaller("roles").toException();
          }
        });
  }

  /** Where status chooses the environment, a live organisation has no use for other keys. */
  private List<OrganizationEvent> goingLive(KeyRing keys, Instant at) {
    if (!verified) {
      throw new OrganizationNotVerified().toException();
    }
    var events = new ArrayList<OrganizationEvent>();
    events.add(new LiveEnabled(at));
    if (policy.environmentChoice() == EnvironmentChoice.ORGANIZATION_STATUS) {
      events.addAll(
          keys.ending(
              key -> !policy.liveEnvironments().contains(key.environment()),
              KeyRevoked.Cause.WENT_LIVE,
              at));
    }
    return events;
  }

  private List<OrganizationEvent> settingPolicy(
      SetPolicy c, Principal principal, Members members, KeyRing keys) {
    principal.mustHold(Permissions.POLICY_MANAGE);
    Instant at = c.context().at();
    Policy after = c.edit().of(this).setAt(at, policy);
    Fields.policy("", after);
    if (!principal.isOperator()) {
      new PolicyCeiling(ceiling)
          .exceededBy(after)
          .ifPresent(field -> {
            throw new PolicyCeilingExceeded(field).toException();
          });
    }
    for (String environment : policy.environments()) {
      if (!after.environments().contains(environment) && keys.liveIn(environment, at) > 0) {
        throw new EnvironmentInUse(environment).toException();
      }
    }
    mustGoOnActing(allowlist(), after, principal, c.context(), c.confirmed());
    boolean newCeiling = principal.isOperator() && !after.equals(ceiling);
    if (after.equals(policy) && !newCeiling) {
      return List.of();
    }
    var events = new ArrayList<OrganizationEvent>();
    // What has ended by the clock has ended by the policy of then: under a milder one its tokens
    // would live again.
    events.addAll(keys.pastDue(at));
    if (!Objects.equals(after.keys().ageBounds(), policy.keys().ageBounds())) {
      List<KeyExpired> tooOld = keys.tooOld(at);
      Fields.check(
          tooOld.size() <= KeyAges.MOST_WITH_A_POLICY,
          "keys.maximum_age",
          "many keys have just become too old; once more when that is recorded");
      events.addAll(tooOld);
    }
    events.add(new PolicyChanged(policy, after, principal.isOperator(), at));
    // Keys that were the organisation's and come to act for their creator go where the creator has.
    if (!keysActForTheirCreator() && actForTheirCreator(after)) {
      events.addAll(
          keys.ending(
              key -> members.isRemoved(key.createdBy()), KeyRevoked.Cause.MEMBER_REMOVED, at));
    }
    return events;
  }

  private Standing with(
      boolean nowVerified, boolean nowLive, boolean nowSuspended, @Nullable String reason) {
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
        reason,
        ipAllowlist,
        allowlistEnvironments,
        allowlistCeiling,
        registeredAt);
  }

  private Standing with(
      Policy newPolicy,
      Policy newCeiling,
      Allowlist newAllowlist,
      @Nullable Allowlist newAllowlistCeiling) {
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
        suspensionReason,
        newAllowlist.ranges(),
        newAllowlist.environments(),
        newAllowlistCeiling,
        registeredAt);
  }
}
