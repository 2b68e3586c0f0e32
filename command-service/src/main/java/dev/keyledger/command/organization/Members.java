package dev.keyledger.command.organization;

import dev.keyledger.command.organization.MemberCommand.AddMember;
import dev.keyledger.command.organization.MemberCommand.ChangeMemberRole;
import dev.keyledger.command.organization.MemberCommand.CheckInvitation;
import dev.keyledger.command.organization.MemberCommand.CheckInvitationAgain;
import dev.keyledger.command.organization.MemberCommand.RemoveMember;
import dev.keyledger.command.organization.PersonCommand.ErasePerson;
import dev.keyledger.command.organization.Refusal.AlreadyMember;
import dev.keyledger.command.organization.Refusal.LastOwner;
import dev.keyledger.command.organization.Refusal.MemberNotFound;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberErased;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who belongs to the organisation, and as what. */
public final class Members {
  private static final long BYTES_OF_A_MEMBER = 500;

  private final Map<MemberId, Member> byId = new LinkedHashMap<>();
  private final Map<PersonId, MemberId> liveByPerson = new HashMap<>();

  Members() {}

  List<OrganizationEvent> decide(
      MemberCommand command, Principal principal, Standing standing, KeyRing keys) {
    Instant at = command.context().at();
    return switch (command) {
      case CheckInvitation c -> {
        mustGrant(principal, c.role(), standing);
        yield List.of();
      }
      case CheckInvitationAgain c -> {
        mustGrant(principal, managed(c.member(), principal).role(), standing);
        yield List.of();
      }
      case AddMember c -> {
        mustGrant(principal, c.role(), standing);
        if (liveByPerson.containsKey(c.person())) {
          throw new AlreadyMember().toException();
        }
        yield List.of(new MemberAdded(c.member(), c.person(), c.email(), c.role(), at));
      }
      case ChangeMemberRole c -> {
        Member member = managed(c.member(), principal);
        mustGrant(principal, c.role(), standing);
        if (member.role() == c.role()) {
          yield List.of();
        }
        mustNotBeLastOwner(member);
        yield List.of(new MemberRoleChanged(c.member(), member.role(), c.role(), at));
      }
      case RemoveMember c -> {
        Member member = managed(c.member(), principal);
        mustNotBeLastOwner(member);
        yield removing(member, standing, keys, at);
      }
    };
  }

  private static List<OrganizationEvent> removing(
      Member member, Standing standing, KeyRing keys, Instant at) {
    var events = new ArrayList<OrganizationEvent>();
    events.add(new MemberRemoved(member.id(), member.role(), at));
    // Where keys are the organisation's, they stay when their creator goes.
    if (standing.keysActForTheirCreator()) {
      events.addAll(
          keys.ending(
              key -> member.id().equals(key.createdBy()), KeyRevoked.Cause.MEMBER_REMOVED, at));
    }
    return events;
  }

  /** Each membership that the person has or had, once. */
  List<OrganizationEvent> decide(
      ErasePerson command, Principal principal, Standing standing, KeyRing keys) {
    principal.mustBeOperator();
    Instant at = command.context().at();
    var events = new ArrayList<OrganizationEvent>();
    for (Member member : byId.values()) {
      if (member.person().equals(command.person()) && !member.isErased()) {
        if (!member.removed() && !command.decided()) {
          mustNotBeLastOwner(member);
        }
        events.add(new MemberErased(member.id(), at));
        if (!member.removed()) {
          events.addAll(removing(member, standing, keys, at));
        }
      }
    }
    return events;
  }

  /**
   * A member grants no role above their own, nor one that may what they may not: a lower role is
   * not always a smaller one.
   */
  private static void mustGrant(Principal principal, Role role, Standing standing) {
    principal.mustHold(Permissions.MEMBERS_MANAGE);
    Principal.must(!principal.isBelow(role));
    Principal.must(standing.permissionsOf(role).stream().allMatch(principal::may));
  }

  /** A member changes or removes no member above them. */
  private Member managed(MemberId id, Principal principal) {
    principal.mustHold(Permissions.MEMBERS_MANAGE);
    Member member =
        find(id).filter(m -> !m.removed()).orElseThrow(() -> new MemberNotFound().toException());
    Principal.must(!principal.isBelow(member.role()));
    return member;
  }

  private void mustNotBeLastOwner(Member member) {
    if (isLastOwner(member)) {
      throw new LastOwner().toException();
    }
  }

  /**
   * @return takes the event back, if whatever came later was taken back before
   */
  Runnable apply(MemberEvent event) {
    if (event instanceof MemberAdded e) {
      Member added = Member.of(e);
      restore(added);
      return () -> {
        byId.remove(added.id());
        liveByPerson.remove(added.person());
      };
    }
    Member before = byId.get(event.member());
    if (before == null) {
      throw new IllegalStateException("there is no " + event.member());
    }
    restore(before.after(event));
    return () -> restore(before);
  }

  void restore(Member member) {
    byId.put(member.id(), member);
    if (member.removed()) {
      liveByPerson.remove(member.person(), member.id());
    } else {
      liveByPerson.put(member.person(), member.id());
    }
  }

  /** In memory, about. */
  long bytes() {
    return BYTES_OF_A_MEMBER * byId.size();
  }

  /** Removed ones included. */
  public Optional<Member> find(MemberId id) {
    return Optional.ofNullable(byId.get(id));
  }

  boolean isRemoved(@Nullable MemberId id) {
    return id != null && find(id).map(Member::removed).orElse(false);
  }

  public Optional<Member> liveOf(PersonId person) {
    return Optional.ofNullable(liveByPerson.get(person)).map(byId::get);
  }

  /** Removed ones included, in the order in which they were added. */
  public Collection<Member> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  private boolean isLastOwner(Member member) {
    return member.role() == Role.OWNER
        && byId.values().stream()
            .noneMatch(m -> m.role() == Role.OWNER && !m.removed() && !m.id().equals(member.id()));
  }
}
