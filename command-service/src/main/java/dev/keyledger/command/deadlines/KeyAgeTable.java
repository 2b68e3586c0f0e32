package dev.keyledger.command.deadlines;

import dev.keyledger.command.ledger.BesideEvents;
import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Issued;
import dev.keyledger.command.ledger.Outcome;
import dev.keyledger.command.organization.Key;
import dev.keyledger.command.organization.KeyAges;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.events.KeyEvent.RotationRolledBack;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Policy;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * When the ages of an organisation's keys are to be looked at next: a row for each whose policy
 * bounds them. Written with the event that brings that forward; it may be too soon, never too late.
 */
@Component
final class KeyAgeTable implements BesideEvents {
  /**
   * @param changes how often something was said of what is due, as the row had it when it was taken
   */
  record Due(OrganizationId organization, long changes) {}

  private final JdbcClient jdbc;

  KeyAgeTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void write(OrganizationCommand command, Outcome outcome) {
    for (OrganizationEvent event : outcome.events()) {
      if (event instanceof PolicyChanged e && !bounds(e.before()).equals(bounds(e.after()))) {
        look(command.organization(), e.at());
      } else if (event instanceof OrganizationRegistered e
          && e.policy().keys().ageBounds() != null) {
        look(command.organization(), e.at());
      } else if (event instanceof RotationRolledBack && outcome instanceof Decided decided) {
        look(command.organization(), decided.key(), decided.at());
      }
    }
    if (outcome instanceof Issued issued && !issued.events().isEmpty()) {
      look(command.organization(), issued.key(), issued.at());
    }
  }

  private static List<?> bounds(Policy policy) {
    return Objects.requireNonNullElse(policy.keys().ageBounds(), List.of());
  }

  private void look(OrganizationId organization, @Nullable Key key, Instant at) {
    if (key != null) {
      KeyAges.next(key, at).ifPresent(next -> look(organization, next));
    }
  }

  private void look(OrganizationId organization, Instant at) {
    jdbc.sql(
            """
            INSERT INTO key_age AS k (organization, look_at, changes) VALUES (?, ?, 0)
            ON CONFLICT (organization)
            DO UPDATE SET look_at = least(k.look_at, excluded.look_at), changes = k.changes + 1
            """)
        .params(organization.value(), Timestamp.from(at))
        .update();
  }

  /** Those that are due; each is due again soon, should this replica die meanwhile. */
  List<Due> claim(Instant now, int atMost) {
    return jdbc.sql(
            """
            UPDATE key_age k SET look_at = CAST(:now AS timestamptz) + interval '30 seconds'
            FROM (
              SELECT organization FROM key_age WHERE look_at <= :now
              ORDER BY look_at LIMIT :most FOR UPDATE SKIP LOCKED
            ) due
            WHERE k.organization = due.organization
            RETURNING k.organization, k.changes
            """)
        .param("now", Timestamp.from(now))
        .param("most", atMost)
        .query((rs, n) -> new Due(new OrganizationId(rs.getString(1)), rs.getLong(2)))
        .list();
  }

  /**
   * After a look, unless a key came meanwhile that it may not have seen: then the claim stands, and
   * runs out.
   *
   * @param at {@code null} for never
   */
  void lookAgain(Due due, @Nullable Instant at) {
    jdbc.sql(
            """
            UPDATE key_age SET look_at = CAST(? AS timestamptz) WHERE organization = ? AND changes = ?
            """)
        .params(at == null ? "infinity" : at.toString(), due.organization().value(), due.changes())
        .update();
  }
}
