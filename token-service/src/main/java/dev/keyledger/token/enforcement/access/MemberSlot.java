package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.kit.decide.Membership;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where a member is found, also before their own record arrived: keys refer to this. */
final class MemberSlot {
  private final UUID id;
  private long position = -1;
  private volatile @Nullable Membership member;

  MemberSlot(UUID id) {
    this.id = id;
  }

  UUID id() {
    return id;
  }

  @Nullable Membership member() {
    return member;
  }

  synchronized boolean replace(MemberAccess record) {
    if (record.position() <= position) {
      return false;
    }
    position = record.position();
    member =
        new Membership(
            record.member(),
            record.organization(),
            record.person(),
            record.role(),
            record.removed());
    return true;
  }
}
