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
   * @param member a fresh id
   * @param email under the person's own key
   */
  record AddMember(
      OrganizationId organization,
      Asked asked,
      MemberId member,
      PersonId person,
      SealedText email,
      Role role)
      implements MemberCommand {}

  record ChangeMemberRole(OrganizationId organization, Asked asked, MemberId member, Role role)
      implements MemberCommand {}

  record RemoveMember(OrganizationId organization, Asked asked, MemberId member)
      implements MemberCommand {}
}
