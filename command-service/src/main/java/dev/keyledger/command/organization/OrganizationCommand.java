package dev.keyledger.command.organization;

import dev.keyledger.events.id.OrganizationId;

/**
 * What a caller wants of one organisation. Its fields are valid: one that is not cannot be made.
 */
public sealed interface OrganizationCommand
    permits StandingCommand,
        MemberCommand,
        KeyCommand,
        PersonCommand,
        SubscriptionCommand,
        IssuingCommand {
  OrganizationId organization();

  CommandContext context();
}
