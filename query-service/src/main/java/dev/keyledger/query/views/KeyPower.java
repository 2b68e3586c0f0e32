package dev.keyledger.query.views;

import dev.keyledger.events.id.KeyId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a key's timeline is found: what was done to it, and from its creation to its end what
 * changed its power otherwise. That is policy, allowlist and standing of its organisation, and the
 * role and the removal of the member that created it, which count wherever policy has keys act for
 * their creators.
 */
final class KeyPower {
  private static final List<String> OF_THE_ORGANIZATION =
      List.of(
          "organization.verified",
          "organization.live_enabled",
          "organization.suspended",
          "organization.reinstated",
          "organization.policy_changed",
          "organization.ip_allowlist_changed");

  private static final String LIFE =
      """
      select k.created_by, first.position as first, last.position as last
      from keys@ k
      cross join lateral (
        select position from events@
        where organization = k.organization and subject = k.key order by position limit 1) first
      left join lateral (
        select position from events@
        where organization = k.organization and subject = k.key and k.ended is not null
        order by position desc limit 1) last on true
      where k.organization = :organization and k.key = :key
      """;

  /**
   * @param first position of the key's
   * @param last {@code null} while it hasn't ended: nothing follows its end
   */
  private record Life(@Nullable UUID createdBy, long first, @Nullable Long last) {}

  private KeyPower() {}

  static List<String> walks(Snapshot snapshot, KeyId key, Conditions conditions) {
    conditions.argument("key", key.uuid());
    List<String> walks = new ArrayList<>(List.of("subject = :key"));
    snapshot
        .sql(LIFE)
        .param("key", key.uuid())
        .query((row, n) ->
            new Life(
                row.getObject("created_by", UUID.class),
                row.getLong("first"),
                row.getObject("last", Long.class)))
        .optional()
        .ifPresent(life -> walks.addAll(walks(life, conditions)));
    return walks;
  }

  private static List<String> walks(Life life, Conditions conditions) {
    String within = " and position > :keyFirst";
    conditions.argument("keyFirst", life.first());
    if (life.last() != null) {
      within += " and position < :keyLast";
      conditions.argument("keyLast", life.last());
    }
    List<String> walks = new ArrayList<>();
    for (String type : OF_THE_ORGANIZATION) {
      walks.add("type = '" + type + "'" + within);
    }
    if (life.createdBy() != null) {
      conditions.argument("creator", life.createdBy());
      walks.add(
          "subject = :creator and type in ('member.role_changed', 'member.removed')" + within);
    }
    return walks;
  }
}
