package dev.keyledger.command.organization;

import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Policy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an organisation is, and the rules that it lives by. */
public sealed interface StandingCommand extends OrganizationCommand {

  /**
   * @param preset from which the policy was copied, if it was
   */
  record Register(
      OrganizationId organization,
      CommandContext context,
      String slug,
      String name,
      OrganizationKind kind,
      @Nullable String preset,
      Policy policy)
      implements StandingCommand {
    public Register {
      Fields.slug("slug", slug);
      Fields.name("name", name);
      Fields.policy("policy.", policy);
    }
  }

  /** Stands for the operator's checks of who they are. */
  record Verify(OrganizationId organization, CommandContext context) implements StandingCommand {}

  /** Stands for funding, or payments enabled. */
  record EnableLive(OrganizationId organization, CommandContext context)
      implements StandingCommand {}

  record Suspend(OrganizationId organization, CommandContext context, @Nullable String reason)
      implements StandingCommand {
    public Suspend {
      Fields.reason("reason", reason);
    }
  }

  record Reinstate(OrganizationId organization, CommandContext context)
      implements StandingCommand {}

  /**
   * @param edit of the policy in force
   * @param confirmed whether the caller knows that they may shut themselves out
   */
  record SetPolicy(
      OrganizationId organization, CommandContext context, PolicyEdit edit, boolean confirmed)
      implements StandingCommand {
    public SetPolicy(
        OrganizationId organization, CommandContext context, Policy policy, boolean confirmed) {
      this(organization, context, PolicyEdit.replacedBy(policy), confirmed);
    }

    /** Of a caller who means to go on acting. */
    public SetPolicy(OrganizationId organization, CommandContext context, Policy policy) {
      this(organization, context, policy, false);
    }
  }

  /**
   * Says what is due of keys whose secrets come near the age that policy lets them reach, or have;
   * of the platform alone.
   */
  record LookAtAges(OrganizationId organization, CommandContext context)
      implements StandingCommand {}

  /**
   * @param ranges in canonical text, as {@link IpRanges} makes them
   * @param environments those that it is to bind; empty for all that the policy says
   * @param confirmed whether the caller knows that they may shut themselves out
   */
  record SetIpAllowlist(
      OrganizationId organization,
      CommandContext context,
      IpRanges ranges,
      List<String> environments,
      boolean confirmed)
      implements StandingCommand {
    public SetIpAllowlist {
      environments = List.copyOf(environments);
      Fields.check(
          environments.isEmpty() || !ranges.canonical().isEmpty(),
          "environments",
          "a list without ranges binds nothing");
    }

    public SetIpAllowlist(
        OrganizationId organization,
        CommandContext context,
        List<String> cidrs,
        List<String> environments,
        boolean confirmed) {
      this(organization, context, IpRanges.parse("cidrs", cidrs), environments, confirmed);
    }
  }
}
