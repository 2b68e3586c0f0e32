package dev.keyledger.command.organization;

/** A command that gives out a secret, once: its answer alone has it. */
public sealed interface IssuingCommand extends OrganizationCommand
    permits KeyCommand.Issuing, SubscriptionCommand.Issuing {}
