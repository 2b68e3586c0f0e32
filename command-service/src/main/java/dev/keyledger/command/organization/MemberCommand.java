package dev.keyledger.command.organization;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;

/** Who belongs to an organisation, and as what. */
public sealed interface MemberCommand extends OrganizationCommand {
  MemberId member();

  /**
   * Makes nothing true: refused if {@link AddMember} would be, before an invitation goes out that
   * says for whom.
   *
   * @param member a fresh id
   */
  record CheckInvitation(
      OrganizationId organization, CommandContext context, MemberId member, Role role)
      implements MemberCommand {}

  /**
   * Makes nothing true either: refused to whom might not invite the member as what they are now.
   */
  record CheckInvitationAgain(OrganizationId organization, CommandContext context, MemberId member)
      implements MemberCommand {}

  /**
   * @param member a fresh id
   * @param email under the person's own key
   */
  record AddMember(
      OrganizationId organization,
      CommandContext context,
      MemberId member,
      PersonId person,
      SealedText email,
      Role role)
      implements MemberCommand {}

  record ChangeMemberRole(
      OrganizationId organization, CommandContext context, MemberId member, Role role)
      implements MemberCommand {}

  record RemoveMember(OrganizationId organization, CommandContext context, MemberId member)
      implements MemberCommand {}
}
