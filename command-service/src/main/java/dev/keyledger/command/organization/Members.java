package dev.keyledger.command.organization;

import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Who belongs to the organisation, and as what. */
public final class Members {
  private final Map<MemberId, Member> byId = new LinkedHashMap<>();
  private final Map<PersonId, MemberId> liveByPerson = new HashMap<>();

  Members() {}

  Members copy() {
    var copy = new Members();
    copy.byId.putAll(byId);
    copy.liveByPerson.putAll(liveByPerson);
    return copy;
  }

  void apply(MemberEvent event) {
    switch (event) {
      case MemberAdded e -> restore(new Member(e.member(), e.person(), e.role(), e.at(), false));
      case MemberRoleChanged e -> byId.computeIfPresent(e.member(), (id, m) -> m.as(e.after()));
      case MemberRemoved e -> {
        Member removed = byId.computeIfPresent(e.member(), (id, m) -> m.removedNow());
        if (removed != null) {
          liveByPerson.remove(removed.person());
        }
      }
    }
  }

  void restore(Member member) {
    byId.put(member.id(), member);
    if (!member.removed()) {
      liveByPerson.put(member.person(), member.id());
    }
  }

  /** Removed ones included. */
  public Optional<Member> find(MemberId id) {
    return Optional.ofNullable(byId.get(id));
  }

  public Optional<Member> liveOf(PersonId person) {
    return Optional.ofNullable(liveByPerson.get(person)).map(byId::get);
  }

  /** Removed ones included, in the order in which they were added. */
  public Collection<Member> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  boolean isLastOwner(Member member) {
    return member.role() == Role.OWNER
        && byId.values().stream()
            .noneMatch(m -> m.role() == Role.OWNER && !m.removed() && !m.id().equals(member.id()));
  }
}
