package dev.keyledger.command.organization;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import java.time.Instant;

/**
 * A person's membership; one that was removed is kept, since history and enforcement still name it.
 *
 * @param role the last one it had
 */
public record Member(MemberId id, PersonId person, Role role, Instant addedAt, boolean removed) {

  Member as(Role newRole) {
    return new Member(id, person, newRole, addedAt, removed);
  }

  Member removedNow() {
    return new Member(id, person, role, addedAt, true);
  }
}
