package dev.keyledger.command.organization;

import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberErased;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person's membership; one that was removed is kept, since history and enforcement still name it.
 *
 * @param role the last one it had
 * @param erased whether the person was; {@code null}, as in snapshots of before there was that,
 *     where not
 */
public record Member(
    MemberId id,
    PersonId person,
    Role role,
    Instant addedAt,
    boolean removed,
    @Nullable Boolean erased) {

  /** Whose person wasn't erased. */
  public Member(MemberId id, PersonId person, Role role, Instant addedAt, boolean removed) {
    this(id, person, role, addedAt, removed, null);
  }

  static Member of(MemberAdded e) {
    return new Member(e.member(), e.person(), e.role(), e.at(), false);
  }

  boolean isErased() {
    return erased != null;
  }

  Member after(MemberEvent event) {
    return switch (event) {
      case MemberAdded e -> throw new IllegalStateException(id + " was added before");
      case MemberRoleChanged e -> as(e.after());
      case MemberRemoved e -> removedNow();
      case MemberErased e -> new Member(id, person, role, addedAt, removed, true);
    };
  }

  private Member as(Role newRole) {
    return new Member(id, person, newRole, addedAt, removed, erased);
  }

  private Member removedNow() {
    return new Member(id, person, role, addedAt, true, erased);
  }
}
