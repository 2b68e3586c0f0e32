package dev.keyledger.command.deadlines;

import dev.keyledger.command.ledger.BesideEvents;
import dev.keyledger.command.ledger.Outcome;
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
        note(new Deadline(organization, e.key(), Kind.EXPIRY, e.expiresAt()), position);
      } else if (event instanceof KeyRotated e && e.previousValidUntil() != null) {
        note(new Deadline(organization, e.key(), Kind.GRACE, e.previousValidUntil()), position);
      } else if (event instanceof KeySuspended e && e.until() != null) {
        note(new Deadline(organization, e.key(), Kind.SUSPENSION, e.until()), position);
      }
    }
  }

  private void note(Deadline deadline, long position) {
    jdbc.sql(
            """
            INSERT INTO key_deadline (organization, key, kind, due_at, position) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (organization, key, kind)
            DO UPDATE SET due_at = excluded.due_at, position = excluded.position, claimed_until = '-infinity'
            """)
        .params(
            deadline.organization().value(),
            deadline.key().value(),
            deadline.kind().stored(),
            Timestamp.from(deadline.dueAt()),
            position)
        .update();
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
