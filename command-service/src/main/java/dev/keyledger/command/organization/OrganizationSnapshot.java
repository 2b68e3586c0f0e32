package dev.keyledger.command.organization;

import java.util.List;

/** An organisation's state as data: what a snapshot of it keeps. */
public record OrganizationSnapshot(
    long position, Standing standing, List<Member> members, List<Key> keys) {
  public OrganizationSnapshot {
    members = List.copyOf(members);
    keys = List.copyOf(keys);
  }

  public static OrganizationSnapshot of(OrganizationState state) {
    return new OrganizationSnapshot(
        state.position(),
        state.standing(),
        List.copyOf(state.members().all()),
        List.copyOf(state.keys().all()));
  }

  public OrganizationState restore() {
    return OrganizationState.restore(this);
  }
}
