package dev.keyledger.command.erasure;

import dev.keyledger.command.ledger.BesideEvents;
import dev.keyledger.command.ledger.EventMetadata;
import dev.keyledger.command.ledger.LedgerBusyException;
import dev.keyledger.command.ledger.Outcome;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.PersonEvent.PersonErased;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Who belongs where, and who is erased: rows that share the fate of the events which say so. Of a
 * membership that begins and an erasure that is decided at once, one sees the other: either the
 * erasure finds the membership, or there is none.
 */
@Component
final class ErasureTable implements BesideEvents {
  /** So long, whoever decided it has carried it out, or has died. */
  private static final Duration CLAIM = Duration.ofSeconds(15);

  private static final String COLUMNS = "person, position, decided_at, context";

  private final JdbcClient jdbc;

  ErasureTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void write(OrganizationCommand command, Outcome outcome) {
    for (OrganizationEvent event : outcome.events()) {
      if (event instanceof MemberAdded e) {
        belongs(command.organization(), e);
      } else if (event instanceof PersonErased e) {
        decided(e, outcome.position(), command.context());
      }
    }
  }

  private void belongs(OrganizationId organization, MemberAdded added) {
    lock("SELECT pg_advisory_xact_lock_shared(hashtextextended(?, 0))", added.person());
    int rows =
        jdbc.sql(
                """
                INSERT INTO person_membership (person, organization, member)
                SELECT :person, :organization, :member
                WHERE NOT EXISTS (SELECT FROM erasure WHERE person = :person)
                """)
            .param("person", added.person().value())
            .param("organization", organization.value())
            .param("member", added.member().value())
            .update();
    if (rows == 0) {
      throw new LedgerBusyException("the person was erased meanwhile", null);
    }
  }

  private void decided(PersonErased erased, long position, CommandContext context) {
    lock("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", erased.person());
    int rows =
        jdbc.sql(
                """
                INSERT INTO erasure (person, position, decided_at, context, claimed_until)
                VALUES (?, ?, ?, ?, clock_timestamp() + make_interval(secs => ?))
                ON CONFLICT (person) DO NOTHING
                """)
            .params(
                erased.person().value(),
                position,
                Timestamp.from(erased.at()),
                EventCodec.encode(new EventMetadata(context.actor(), context.origin())),
                CLAIM.toSeconds())
            .update();
    if (rows == 0) {
      throw new ErasedBeforeException();
    }
  }

  private void lock(String statement, PersonId person) {
    jdbc.sql(statement).param(person.value()).query((row, n) -> true).single();
  }

  Optional<Erasure> find(PersonId person) {
    return jdbc.sql("SELECT " + COLUMNS + " FROM erasure WHERE person = ?")
        .param(person.value())
        .query(ErasureTable::erasure)
        .optional();
  }

  /** To which the person belongs or belonged. */
  List<OrganizationId> organizationsOf(PersonId person) {
    return jdbc.sql(
            """
            SELECT DISTINCT organization FROM person_membership WHERE person = ?
            ORDER BY organization
            """)
        .param(person.value())
        .query((row, n) -> new OrganizationId(row.getString(1)))
        .list();
  }

  /** What isn't done, and nobody is about. */
  List<Erasure> claim(int atMost) {
    return jdbc.sql(
            """
            UPDATE erasure SET claimed_until = clock_timestamp() + make_interval(secs => ?)
            WHERE person IN (
              SELECT person FROM erasure
              WHERE done_at IS NULL AND claimed_until <= clock_timestamp()
              ORDER BY claimed_until LIMIT ? FOR UPDATE SKIP LOCKED)
            RETURNING person, position, decided_at, context
            """)
        .params(CLAIM.toSeconds(), atMost)
        .query(ErasureTable::erasure)
        .list();
  }

  void done(PersonId person) {
    jdbc.sql(
            """
            UPDATE erasure SET done_at = clock_timestamp(), context = NULL
            WHERE person = ? AND done_at IS NULL
            """)
        .param(person.value())
        .update();
  }

  /** To be looked at again at once: it couldn't be carried out yet. */
  void release(PersonId person) {
    jdbc.sql(
            """
            UPDATE erasure SET claimed_until = clock_timestamp() + interval '1 second'
            WHERE person = ? AND done_at IS NULL
            """)
        .param(person.value())
        .update();
  }

  private static Erasure erasure(ResultSet row, int number) throws SQLException {
    byte[] context = row.getBytes("context");
    return new Erasure(
        new PersonId(row.getString("person")),
        row.getLong("position"),
        row.getTimestamp("decided_at").toInstant(),
        context == null ? null : EventCodec.decode(context, EventMetadata.class));
  }
}
