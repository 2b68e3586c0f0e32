package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.decide.Membership;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a member is found, also before their own record arrived: keys refer to this. It is its own
 * map key.
 */
final class MemberSlot extends IdKey {
  /**
   * This 32, its record 56, a person's id 32 and list 24, in each of two tables a node and a share.
   */
  static final long BYTES = 32 + 56 + 32 + 24 + 2 * (32 + 8);

  private volatile @Nullable Held member;

  MemberSlot(UUID id) {
    super(id);
  }

  MemberId id() {
    return MemberId.of(uuid());
  }

  @Nullable Membership member() {
    return member;
  }

  synchronized boolean replace(MemberAccess record, OrganizationSlot organization) {
    Held known = member;
    if (known != null && record.position() <= known.position) {
      return false;
    }
    member = new Held(this, organization, record);
    return true;
  }

  /** A decision asks for the role alone, so the ids are written out only where they are shown. */
  private static final class Held implements Membership {
    private final MemberSlot slot;
    private final OrganizationSlot organization;
    private final long personHigh;
    private final long personLow;
    private final long position;
    private final Role role;
    private final boolean removed;

    Held(MemberSlot slot, OrganizationSlot organization, MemberAccess record) {
      UUID person = record.person().uuid();
      this.slot = slot;
      this.organization = organization;
      this.personHigh = person.getMostSignificantBits();
      this.personLow = person.getLeastSignificantBits();
      this.position = record.position();
      this.role = record.role();
      this.removed = record.removed();
    }

    @Override
    public MemberId id() {
      return slot.id();
    }

    @Override
    public OrganizationId organization() {
      return organization.id();
    }

    @Override
    public PersonId person() {
      return PersonId.of(new UUID(personHigh, personLow));
    }

    @Override
    public Role role() {
      return role;
    }

    @Override
    public boolean removed() {
      return removed;
    }
  }
}
