package dev.keyledger.command.organization;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import java.util.List;
import java.util.stream.Stream;

/** Whose a key is, who comes first, and who may do something about it. */
final class KeysPeople {
  private static final int MOST = 100;

  private KeysPeople() {}

  /**
   * @param admins whether those who manage the organisation are among them, whoever made the key
   */
  static List<PersonId> of(Key key, Members members, boolean admins) {
    Stream<Member> maker =
        Stream.ofNullable(key.createdBy()).flatMap(id -> members.find(id).stream());
    Stream<Member> managing =
        members.all().stream()
            .filter(member -> member.role() == Role.OWNER || member.role() == Role.ADMIN);
    return Stream.concat(maker, admins ? managing : Stream.of())
        .filter(member -> !member.removed())
        .map(Member::person)
        .distinct()
        .limit(MOST)
        .toList();
  }
}
