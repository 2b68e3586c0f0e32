package dev.keyledger.query.views;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.id.OrganizationId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One organisation up to a position, by its events. Each statement walks an index to what is asked
 * about, never along everything that happened.
 *
 * @param position of the last event that counts
 * @param at the time by which ends count: the one that was asked for, or that event's
 */
record Past(Snapshot snapshot, long position, Instant at) {
  /** Where a key or member came to be. */
  record Beginning(UUID subject, long position) {}

  private static final String[] STANDING = typesOf(StandingEvent.class);
  private static final String[] MEMBERS = typesOf(MemberEvent.class);

  /**
   * The state that was asked for, up to what the snapshot has. At a time it is the longest run from
   * the first event on in which all had happened: clocks of replicas differ, and what stands behind
   * a later fact in the ledger was decided knowing it.
   *
   * @return empty where the organisation wasn't there yet
   */
  static Optional<Past> of(Snapshot snapshot, AsOf asOf) {
    if (asOf.time() != null) {
      long position = positionAt(snapshot, asOf.time());
      return position < 0
          ? Optional.empty()
          : Optional.of(new Past(snapshot, position, asOf.time()));
    }
    long position = asOf.position() == null ? snapshot.position() : asOf.position();
    return snapshot
        .sql("select at from events@ where organization = :organization and position = :position")
        .param("position", position)
        .query(OffsetDateTime.class)
        .optional()
        .map(at -> new Past(snapshot, position, at.toInstant()));
  }

  // The first that is later than the time is later than all before it: it is no disordered one.
  private static long positionAt(Snapshot snapshot, Instant time) {
    return snapshot
        .sql(
            """
            select coalesce((
              select position - 1 from events@
              where organization = :organization and not disordered and at > :time
              order by at, position limit 1), :last)
            """)
        .param("last", snapshot.position())
        .param("time", time.atOffset(ZoneOffset.UTC))
        .query(Long.class)
        .single();
  }

  OrganizationId organization() {
    return snapshot.organization();
  }

  /**
   * Of the organisation itself: its first, the last of each type, and the last policy that no
   * member set. Each of them says the whole of what it is about.
   */
  List<LedgerEvent> standing() {
    return sql("""
    select last.position, last.record
    from unnest(cast(:types as text[])) of_type (type) cross join lateral (
      select position, record from events@
      where organization = :organization and type = of_type.type and position <= :position
      order by position desc limit 1
    ) last
    union (
      select position, record from events@
      where organization = :organization and type = 'organization.policy_changed' and actor is null
        and position <= :position
      order by position desc limit 1
    )
    order by position
    """)
        .param("types", STANDING)
        .query(Past::event)
        .list();
  }

  /** All of these keys or members. */
  List<LedgerEvent> of(Collection<UUID> subjects) {
    return sql("""
    select position, record from events@
    where organization = :organization and subject = any (:subjects) and position <= :position
    order by position
    """)
        .param("subjects", subjects.toArray(UUID[]::new))
        .query(Past::event)
        .list();
  }

  /** All of members. */
  List<LedgerEvent> ofMembers() {
    return sql("""
    select position, record from events@
    where organization = :organization and type = any (:types) and position <= :position
    order by position
    """)
        .param("types", MEMBERS)
        .query(Past::event)
        .list();
  }

  /**
   * Those that came to be by events of that type, the newest first.
   *
   * @param behind one of them, after which to go on; {@code null} for the newest
   */
  List<Beginning> beginnings(String type, @Nullable UUID behind, int limit) {
    return sql("""
    select subject, position from events@
    where organization = :organization and type = :type and position <= :position
      and position < coalesce((
        select min(position) from events@ where organization = :organization and subject = cast(:behind as uuid)
      ), :position + 1)
    order by position desc limit :limit
    """)
        .param("type", type)
        .param("behind", behind)
        .param("limit", limit)
        .query((row, n) -> new Beginning(row.getObject(1, UUID.class), row.getLong(2)))
        .list();
  }

  private JdbcClient.StatementSpec sql(String template) {
    return snapshot.sql(template).param("position", position);
  }

  private static LedgerEvent event(ResultSet row, int number) throws SQLException {
    return EventCodec.decodeEvent(row.getBytes("record"));
  }

  private static String[] typesOf(Class<?> family) {
    return EventTypes.all().entrySet().stream()
        .filter(type -> family.isAssignableFrom(type.getValue()))
        .map(type -> type.getKey())
        .sorted()
        .toArray(String[]::new);
  }
}
