package dev.keyledger.token.identity.mail;

import com.github.f4b6a3.uuid.alt.GUID;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.identity.people.Column;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Letters that haven't gone yet. */
@Component
final class MailTable {
  private final JdbcClient jdbc;
  private final SecureRandom random;

  MailTable(JdbcClient jdbc, SecureRandom random) {
    this.jdbc = jdbc;
    this.random = random;
  }

  /**
   * @param id names the message to those who receive it, so that one sent twice is known
   * @param failures so far
   */
  record Row(
      UUID id,
      PersonId person,
      String sealed,
      @Nullable MemberId member,
      Instant createdAt,
      Instant uselessAt,
      int failures) {}

  void insert(
      PersonId person, String sealed, @Nullable MemberId member, Instant at, Instant uselessAt) {
    jdbc.sql(
            """
            insert into mail (mail_id, person_id, sealed, member_id, created_at, due_at, useless_at)
            values (:id, :person, :sealed, :member, :at, :at, :uselessAt)
            """)
        .param("id", GUID.v7(at, random).toUUID())
        .param("person", person.uuid())
        .param("sealed", sealed)
        .param("member", member == null ? null : member.uuid(), Types.OTHER)
        .param("at", Column.of(at))
        .param("uselessAt", Column.of(uselessAt))
        .update();
  }

  /**
   * Takes one, which is nobody else's until then. By a time and no lock: nothing in the database
   * waits while a letter is handed over.
   */
  Optional<Row> takeDue(Instant at, Instant until) {
    return jdbc.sql(
            """
            update mail set due_at = :until where mail_id = (
              select m.mail_id from mail m join person p using (person_id)
              where m.due_at <= :at and p.erased_at is null
              order by m.due_at limit 1 for update of m skip locked)
            returning *
            """)
        .param("at", Column.of(at))
        .param("until", Column.of(until))
        .query(MailTable::row)
        .optional();
  }

  void delete(UUID id) {
    jdbc.sql("delete from mail where mail_id = :id").param("id", id).update();
  }

  void delete(PersonId person, MemberId member) {
    jdbc.sql("delete from mail where person_id = :person and member_id = :member")
        .param("person", person.uuid())
        .param("member", member.uuid())
        .update();
  }

  void delete(PersonId person) {
    jdbc.sql("delete from mail where person_id = :person").param("person", person.uuid()).update();
  }

  void postpone(UUID id, int failures, Instant dueAt) {
    jdbc.sql("update mail set failures = :failures, due_at = :dueAt where mail_id = :id")
        .param("failures", failures)
        .param("dueAt", Column.of(dueAt))
        .param("id", id)
        .update();
  }

  /** For the gauge: exact up to a thousand. */
  int waiting() {
    return jdbc.sql("select count(*) from (select from mail limit 1000) as waiting")
        .query(Integer.class)
        .single();
  }

  private static Row row(ResultSet row, int number) throws SQLException {
    UUID member = row.getObject("member_id", UUID.class);
    return new Row(
        row.getObject("mail_id", UUID.class),
        PersonId.of(row.getObject("person_id", UUID.class)),
        row.getString("sealed"),
        member == null ? null : MemberId.of(member),
        Column.instant(row, "created_at"),
        Column.instant(row, "useless_at"),
        row.getInt("failures"));
  }
}
