package dev.keyledger.command.organization;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;

/** What becomes of a person: decided by the platform's own organisation, carried out by all. */
public sealed interface PersonCommand extends OrganizationCommand {
  PersonId person();

  /**
   * To the platform's organisation: that they are erased. To any other: that its memberships are
   * the erased person's, which ends the one that goes on, as a removal does.
   *
   * @param decided whether the platform's organisation has decided so, for ever: what an
   *     organisation might have against it counts before that alone
   */
  record ErasePerson(
      OrganizationId organization, CommandContext context, PersonId person, boolean decided)
      implements PersonCommand {}
}
