package dev.keyledger.command.organization;

import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.KeyRules.Limit;
import dev.keyledger.events.policy.Role;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command would make true, and what that would do to all that is there already. What would
 * only come to be by it is told by its event alone.
 *
 * @param events in order
 * @param limit of a policy that would change; {@code null} where none would
 */
public record Consequences(
    List<OrganizationEvent> events,
    List<TouchedKey> keys,
    List<TouchedMember> members,
    List<TouchedSecret> secrets,
    @Nullable KeysWithinLimit limit) {
  public Consequences {
    events = List.copyOf(events);
    keys = List.copyOf(keys);
    members = List.copyOf(members);
    secrets = List.copyOf(secrets);
  }

  /** Of a command before which there is nothing. */
  public static Consequences ofTheFirst(List<OrganizationEvent> events) {
    return new Consequences(events, List.of(), List.of(), List.of(), null);
  }

  /** Something as it is, and as it would be. */
  public record Change<T>(T before, T after) {}

  /**
   * What a key is good for.
   *
   * @param works whether it is a credential at all
   * @param permissions in alphabetical order; none for one that doesn't work
   * @param addresses ranges that it is bound to; none for every address
   */
  public record Power(boolean works, List<String> permissions, List<String> addresses) {}

  public record TouchedKey(Change<Key> key, Change<Power> power) {}

  /**
   * @param permissions in alphabetical order
   */
  public record TouchedMember(Change<Member> member, Change<List<String>> permissions) {
    /** {@code null} for one who has left. */
    public @Nullable Role roleBefore() {
      return roleOf(member.before());
    }

    public @Nullable Role roleAfter() {
      return roleOf(member.after());
    }

    private static @Nullable Role roleOf(Member member) {
      return member.removed() ? null : member.role();
    }
  }

  /**
   * A secret that works now and would end at another time than it does.
   *
   * @param endsAtBefore {@code null} where nothing ends it
   * @param endsAt {@code null} where nothing would end it
   */
  public record TouchedSecret(
      KeyId key, String prefix, @Nullable Instant endsAtBefore, @Nullable Instant endsAt) {}

  /**
   * @param live keys by environment, as the limit would count them
   */
  public record KeysWithinLimit(Limit limit, Map<String, Integer> live) {}
}
