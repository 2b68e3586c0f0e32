package dev.keyledger.events;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import java.time.Instant;

/** Who belongs to an organisation, and as what. */
public sealed interface MemberEvent extends OrganizationEvent {
  MemberId member();

  @Override
  default OrganizationEvent withoutVerifier() {
    return this;
  }

  record MemberAdded(MemberId member, PersonId person, SealedText email, Role role, Instant at)
      implements MemberEvent {}

  record MemberRoleChanged(MemberId member, Role before, Role after, Instant at)
      implements MemberEvent {}

  record MemberRemoved(MemberId member, Role before, Instant at) implements MemberEvent {}

  /**
   * Who the member is, or was, is known no more: their person was erased. That ends a membership
   * which goes on by a removal of its own.
   */
  record MemberErased(MemberId member, Instant at) implements MemberEvent {}
}
