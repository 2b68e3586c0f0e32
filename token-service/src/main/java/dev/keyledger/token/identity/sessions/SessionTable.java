package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.sessions.SessionQuestion;
import dev.keyledger.token.identity.people.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Sessions and their refresh tokens as rows. What needs a transaction says so by a lock. */
@Component
final class SessionTable {
  private final JdbcClient jdbc;

  SessionTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void insert(Session session) {
    jdbc.sql(
            """
            insert into session (session_id, person_id, organization_id, member_id, issued_by, origin_sealed,
                                 second_step_at, enrolling, sign_in_id, signed_in_at, last_used_at, expires_at)
            values (:session, :person, :organization, :member, :issuedBy, :origin,
                    :secondStepAt, :enrolling, :signIn, :signedInAt, :lastUsedAt, :expiresAt)
            """)
        .param("session", session.id().uuid())
        .param("person", session.person().uuid())
        .param(
            "organization",
            session.organization() == null ? null : session.organization().uuid(),
            Types.OTHER)
        .param("member", session.member() == null ? null : session.member().uuid(), Types.OTHER)
        .param("issuedBy", session.issuedBy())
        .param("origin", session.origin())
        .param(
            "secondStepAt",
            session.secondStepAt() == null ? null : Column.of(session.secondStepAt()),
            Types.TIMESTAMP_WITH_TIMEZONE)
        .param("enrolling", session.enrolling())
        .param("signIn", session.signIn().uuid())
        .param("signedInAt", Column.of(session.signedInAt()))
        .param("lastUsedAt", Column.of(session.lastUsedAt()))
        .param("expiresAt", Column.of(session.expiresAt()))
        .update();
  }

  /** Unlocked: it tells whom to hold before anything of theirs is locked and looked at. */
  Optional<Session> findByRefreshToken(byte[] hash) {
    return jdbc.sql(
            "select s.* from session s join refresh_token using (session_id) where token_hash = :hash")
        .param("hash", hash)
        .query(SessionTable::session)
        .optional();
  }

  Optional<Session> find(SessionId session) {
    return jdbc.sql("select * from session where session_id = :session")
        .param("session", session.uuid())
        .query(SessionTable::session)
        .optional();
  }

  /**
   * Whether the token's session is its person's, acts as the token says, and neither has been
   * ended. A token that names no member acts for its person's own account, whatever the session is.
   */
  boolean isAlive(SessionQuestion token) {
    return jdbc.sql(
            """
            select exists (
              select from session s join person p using (person_id)
              where s.session_id = :session and s.person_id = :person
                and s.ended_at is null and p.erased_at is null
                and (cast(:member as uuid) is null or s.member_id = cast(:member as uuid))
                and (not :operator or (p.operator and s.member_id is null and not s.enrolling))
                and not exists (select from ended_token where token_id = :token))
            """)
        .param("session", token.session().uuid())
        .param("person", token.person().uuid())
        .param(
            "member",
            token.member() == null ? null : token.member().uuid().toString(),
            Types.VARCHAR)
        .param("operator", token.operator())
        .param("token", token.token())
        .query(Boolean.class)
        .single();
  }

  /**
   * Remembers a single token's end; a second changes nothing.
   *
   * @param expiresAt when it would have died by itself
   */
  void endToken(String token, Instant expiresAt) {
    jdbc.sql(
            """
            insert into ended_token (token_id, expires_at) values (:token, :expiresAt)
            on conflict do nothing
            """)
        .param("token", token)
        .param("expiresAt", Column.of(expiresAt))
        .update();
  }

  int sweepEndedTokens(Instant expiredBefore, int atMost) {
    return jdbc.sql(
            """
            delete from ended_token where token_id in (
              select token_id from ended_token where expires_at < :before
              order by expires_at limit :atMost)
            """)
        .param("before", Column.of(expiredBefore))
        .param("atMost", atMost)
        .update();
  }

  /** Locks its row until the transaction ends. */
  Optional<Session> lock(SessionId session) {
    return jdbc.sql("select * from session where session_id = :session for update")
        .param("session", session.uuid())
        .query(SessionTable::session)
        .optional();
  }

  /**
   * Locks those of the person's that haven't ended, whether they can still be refreshed or not, in
   * the order of their streams, so that all who do so agree.
   */
  List<Session> lockNotEndedOf(PersonId person) {
    return jdbc.sql(
            """
            select * from session where person_id = :person and ended_at is null
            order by organization_id nulls last, session_id for update
            """)
        .param("person", person.uuid())
        .query(SessionTable::session)
        .list();
  }

  /** The same for those that came of one sign-in by switching. */
  List<Session> lockNotEndedOfSignIn(SessionId signIn) {
    return jdbc.sql(
            """
            select * from session
            where ended_at is null and (session_id = :signIn or sign_in_id = :signIn)
            order by organization_id nulls last, session_id for update
            """)
        .param("signIn", signIn.uuid())
        .query(SessionTable::session)
        .list();
  }

  /** The newest first; ids are in the order of time. */
  List<Session> liveOf(PersonId person, @Nullable SessionId before, int atMost, Instant at) {
    return jdbc.sql(
            """
            select * from session
            where person_id = :person and ended_at is null and expires_at > :at
              and (cast(:before as uuid) is null or session_id < cast(:before as uuid))
            order by session_id desc limit :atMost
            """)
        .param("person", person.uuid())
        .param("at", Column.of(at))
        .param("before", before == null ? null : before.uuid().toString(), Types.VARCHAR)
        .param("atMost", atMost)
        .query(SessionTable::session)
        .list();
  }

  void used(SessionId session, Instant at, Instant until) {
    jdbc.sql(
            """
            update session set last_used_at = :at, expires_at = :until where session_id = :session
            """)
        .param("at", Column.of(at))
        .param("until", Column.of(until))
        .param("session", session.uuid())
        .update();
  }

  void secondStepTaken(SessionId session, Instant at) {
    jdbc.sql(
            """
            update session set second_step_at = :at, enrolling = false
            where session_id = :session and ended_at is null
            """)
        .param("at", Column.of(at))
        .param("session", session.uuid())
        .update();
  }

  /**
   * @return false when it had ended before
   */
  boolean end(SessionId session, Session.End because, Instant at) {
    return jdbc.sql(
                """
                update session set ended_at = :at, ended_because = :because
                where session_id = :session and ended_at is null
                """)
            .param("at", Column.of(at))
            .param("because", because.name().toLowerCase(java.util.Locale.ROOT))
            .param("session", session.uuid())
            .update()
        == 1;
  }

  /**
   * Forgets ended ones of the person's beyond the newest so many of all; a token of theirs is
   * unknown from then on.
   */
  void forgetEndedBeyond(PersonId person, int kept) {
    jdbc.sql(
            """
            delete from session where ended_at is not null and session_id in (
              select session_id from session where person_id = :person
              order by session_id desc offset :kept)
            """)
        .param("person", person.uuid())
        .param("kept", kept)
        .update();
  }

  /** Families that ended so long ago that none of their tokens could come back alive. */
  int sweep(Instant expiredBefore, int atMost) {
    return jdbc.sql(
            """
            delete from session where session_id in (
              select session_id from session where expires_at < :before
              order by expires_at limit :atMost for update skip locked)
            """)
        .param("before", Column.of(expiredBefore))
        .param("atMost", atMost)
        .update();
  }

  private static Session session(ResultSet row, int number) throws SQLException {
    UUID organization = row.getObject("organization_id", UUID.class);
    UUID member = row.getObject("member_id", UUID.class);
    SessionId id = SessionId.of(row.getObject("session_id", UUID.class));
    UUID signIn = row.getObject("sign_in_id", UUID.class);
    return new Session(
        id,
        PersonId.of(row.getObject("person_id", UUID.class)),
        organization == null ? null : OrganizationId.of(organization),
        member == null ? null : MemberId.of(member),
        row.getString("issued_by"),
        row.getString("origin_sealed"),
        Column.instantOrNull(row, "second_step_at"),
        row.getBoolean("enrolling"),
        signIn == null ? id : SessionId.of(signIn),
        Column.instant(row, "signed_in_at"),
        Column.instant(row, "last_used_at"),
        Column.instant(row, "expires_at"),
        Column.instantOrNull(row, "ended_at"));
  }
}
