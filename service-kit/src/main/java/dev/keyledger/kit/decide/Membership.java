package dev.keyledger.kit.decide;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;

/** A membership by its last record. */
public interface Membership {
  MemberId id();

  OrganizationId organization();

  PersonId person();

  Role role();

  /** Such a member is kept, so that their outstanding tokens can be told from unknown ones. */
  boolean removed();
}
