package dev.keyledger.command.deadlines;

import dev.keyledger.command.ledger.BesideEvents;
import dev.keyledger.command.ledger.Outcome;
import dev.keyledger.command.organization.NearEnds;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What comes due, and when. Written with the event that says so; a deadline that has become void is
 * found out when it comes.
 */
@Component
final class KeyDeadlines implements BesideEvents {
  enum Kind {
    EXPIRY,
    GRACE,
    SUSPENSION;

    String stored() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  record Deadline(OrganizationId organization, KeyId key, Kind kind, Instant dueAt) {}

  /**
   * One that is due.
   *
   * @param setBy the event; {@code null} where it was not kept
   * @param position of that event
   */
  record Due(Deadline deadline, @Nullable EventId setBy, long position) {}

  /** Of keys that may be near their end, so many are taken at once. */
  static final int AT_ONCE = 100;

  /** And so many of one organisation. */
  static final int SHARE = 20;

  private static final int LOOKED_AT = 1_000;

  private final JdbcClient jdbc;

  KeyDeadlines(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void write(OrganizationCommand command, Outcome outcome) {
    OrganizationId organization = command.organization();
    long position = outcome.position() - outcome.events().size();
    for (OrganizationEvent event : outcome.events()) {
      position++;
      if (event instanceof KeyCreated e && e.expiresAt() != null) {
        var end = new Deadline(organization, e.key(), Kind.EXPIRY, e.expiresAt());
        note(end, position, stored(NearEnds.nextAfter(e.at(), e.at(), e.expiresAt()).orElse(null)));
      } else if (event instanceof KeyRotated e && e.previousValidUntil() != null) {
        note(
            new Deadline(organization, e.key(), Kind.GRACE, e.previousValidUntil()),
            position,
            null);
      } else if (event instanceof KeySuspended e && e.until() != null) {
        note(new Deadline(organization, e.key(), Kind.SUSPENSION, e.until()), position, null);
      }
    }
  }

  /**
   * @param warnAt of an expiry, when it is looked at whether it is near
   */
  private void note(Deadline deadline, long position, @Nullable String warnAt) {
    jdbc.sql(
            """
            INSERT INTO key_deadline (organization, key, kind, due_at, position, warn_at)
            VALUES (?, ?, ?, ?, ?, CAST(? AS timestamptz))
            ON CONFLICT (organization, key, kind)
            DO UPDATE SET due_at = excluded.due_at, position = excluded.position, warn_at = excluded.warn_at,
              claimed_until = '-infinity'
            """)
        .params(
            deadline.organization().value(),
            deadline.key().value(),
            deadline.kind().stored(),
            Timestamp.from(deadline.dueAt()),
            position)
        .param(warnAt)
        .update();
  }

  /**
   * One that may be near its end.
   *
   * @param setBy the event; {@code null} where it was not kept
   * @param position of that event
   */
  record Near(OrganizationId organization, KeyId key, @Nullable EventId setBy, long position) {}

  /**
   * Keys of which it is time to look whether their end comes near. Each is looked at again soon,
   * should this replica die meanwhile. An organisation that has many waits with those beyond its
   * share, so that others get theirs.
   */
  List<Near> near(Instant now) {
    return jdbc.sql(
            """
            WITH due AS (
              SELECT organization, key, warn_at FROM key_deadline
              WHERE kind = 'expiry' AND warn_at <= :now
              ORDER BY warn_at LIMIT :looked FOR UPDATE SKIP LOCKED
            ), ranked AS (
              SELECT *, row_number() OVER (PARTITION BY organization ORDER BY warn_at) AS n FROM due
            ), taken AS (
              SELECT organization, key FROM ranked WHERE n <= :share ORDER BY n, warn_at LIMIT :most
            ), moved AS (
              UPDATE key_deadline d
              SET warn_at = CAST(:now AS timestamptz)
                + CASE WHEN t.key IS NULL THEN interval '10 minutes' ELSE interval '30 seconds' END
              FROM ranked r LEFT JOIN taken t ON t.organization = r.organization AND t.key = r.key
              WHERE d.organization = r.organization AND d.key = r.key AND d.kind = 'expiry'
                AND (t.key IS NOT NULL OR r.n > :share)
              RETURNING d.organization, d.key, d.position, t.key IS NOT NULL AS taken
            )
            SELECT organization, key, position,
              (SELECT id FROM event e WHERE e.organization = m.organization AND e.position = m.position)
            FROM moved m WHERE taken
            """)
        .param("now", Timestamp.from(now))
        .param("looked", LOOKED_AT)
        .param("share", SHARE)
        .param("most", AT_ONCE)
        .query((rs, n) ->
            new Near(
                new OrganizationId(rs.getString(1)),
                new KeyId(rs.getString(2)),
                rs.getString(4) == null ? null : new EventId(rs.getString(4)),
                rs.getLong(3)))
        .list();
  }

  /**
   * @param at {@code null} for never
   */
  void lookAgain(OrganizationId organization, KeyId key, @Nullable Instant at) {
    jdbc.sql(
            """
            UPDATE key_deadline SET warn_at = CAST(? AS timestamptz)
            WHERE organization = ? AND key = ? AND kind = 'expiry'
            """)
        .params(stored(at), organization.value(), key.value())
        .update();
  }

  private static String stored(@Nullable Instant at) {
    return at == null ? "infinity" : at.toString();
  }

  /**
   * Takes what is due and no other replica has taken. The claim is no lock: it is committed before
   * anything is done about it, and runs out if the replica that took it dies.
   */
  List<Due> claim(Instant now, int atMost, Duration forAsLong) {
    return jdbc.sql(
            """
            UPDATE key_deadline d
            SET claimed_until = clock_timestamp() + make_interval(secs => ?)
            FROM (
              SELECT organization, key, kind FROM key_deadline
              WHERE due_at <= ? AND claimed_until <= clock_timestamp()
              ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED
            ) due
            WHERE d.organization = due.organization AND d.key = due.key AND d.kind = due.kind
            RETURNING d.organization, d.key, d.kind, d.due_at, d.position,
              (SELECT id FROM event WHERE organization = d.organization AND position = d.position)
            """)
        .params(forAsLong.toSeconds(), Timestamp.from(now), atMost)
        .query((rs, n) ->
            new Due(
                new Deadline(
                    new OrganizationId(rs.getString(1)),
                    new KeyId(rs.getString(2)),
                    Kind.valueOf(rs.getString(3).toUpperCase(Locale.ROOT)),
                    rs.getTimestamp(4).toInstant()),
                rs.getString(6) == null ? null : new EventId(rs.getString(6)),
                rs.getLong(5)))
        .list();
  }

  /** Forgets a deadline that was met, unless it has been moved meanwhile. */
  void met(Deadline deadline) {
    jdbc.sql(
            """
            DELETE FROM key_deadline
            WHERE organization = ? AND key = ? AND kind = ? AND due_at = ?
            """)
        .params(
            deadline.organization().value(),
            deadline.key().value(),
            deadline.kind().stored(),
            Timestamp.from(deadline.dueAt()))
        .update();
  }
}
