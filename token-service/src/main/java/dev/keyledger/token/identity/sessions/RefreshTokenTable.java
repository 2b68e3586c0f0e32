package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.id.SessionId;
import dev.keyledger.token.enforcement.refresh.SealedSuccessor;
import dev.keyledger.token.identity.people.Column;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The refresh tokens of sessions as rows, by their hashes. Whoever changes one holds its session.
 */
@Component
final class RefreshTokenTable {
  private final JdbcClient jdbc;

  RefreshTokenTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void insert(byte[] hash, SessionId session, Instant at, Instant until) {
    jdbc.sql(
            """
            insert into refresh_token (token_hash, session_id, issued_at, expires_at)
            values (:hash, :session, :at, :until)
            """)
        .param("until", Column.of(until))
        .param("hash", hash)
        .param("session", session.uuid())
        .param("at", Column.of(at))
        .update();
  }

  /**
   * There is one at most; whoever presents it from now on is told that it was used. What the one
   * before it was exchanged for is kept no longer: its client has got it.
   */
  void useOf(SessionId session, Instant at) {
    jdbc.sql(
            """
            update refresh_token set successor = null, successor_at = null
            where session_id = :session and successor is not null
            """)
        .param("session", session.uuid())
        .update();
    jdbc.sql(
            """
            update refresh_token set used_at = :at where session_id = :session and used_at is null
            """)
        .param("at", Column.of(at))
        .param("session", session.uuid())
        .update();
  }

  /** Keeps what a token that was used now has been exchanged for. */
  void keep(byte[] hash, SealedSuccessor successor) {
    jdbc.sql(
            """
            update refresh_token set successor = :successor, successor_at = :at where token_hash = :hash
            """)
        .param("successor", successor.bytes())
        .param("at", Column.of(successor.answeredAt()))
        .param("hash", hash)
        .update();
  }

  record Row(Instant issuedAt, boolean used, @Nullable SealedSuccessor successor) {}

  /** Empty for one that has been swept away meanwhile. */
  Optional<Row> find(byte[] hash) {
    return jdbc.sql(
            """
            select issued_at, used_at is not null as used, successor, successor_at
            from refresh_token where token_hash = :hash
            """)
        .param("hash", hash)
        .query((row, number) -> {
          byte[] successor = row.getBytes("successor");
          return new Row(
              Column.instant(row, "issued_at"),
              row.getBoolean("used"),
              successor == null
                  ? null
                  : new SealedSuccessor(successor, Column.instant(row, "successor_at")));
        })
        .optional();
  }

  /** By PostgreSQL's time: what is no longer given again. */
  int sweepSuccessors(Instant answeredBefore, int atMost) {
    return jdbc.sql(
            """
            update refresh_token set successor = null, successor_at = null where token_hash in (
              select token_hash from refresh_token
              where successor is not null and successor_at < :before
              limit :atMost for update skip locked)
            """)
        .param("before", Column.of(answeredBefore))
        .param("atMost", atMost)
        .update();
  }

  /** Whether so many of the session's dead refresh tokens are remembered. */
  boolean hasUsed(SessionId session, int tokens) {
    return jdbc.sql(
            """
            select exists (select from refresh_token
                           where session_id = :session and used_at is not null offset :beyond limit 1)
            """)
        .param("session", session.uuid())
        .param("beyond", tokens - 1)
        .query(Boolean.class)
        .single();
  }

  /** Dead tokens of families that live on, once they would have died by themselves. */
  int sweepUsed(Instant expiredBefore, int atMost) {
    return jdbc.sql(
            """
            delete from refresh_token where token_hash in (
              select token_hash from refresh_token where used_at is not null and expires_at < :before
              order by expires_at limit :atMost for update skip locked)
            """)
        .param("before", Column.of(expiredBefore))
        .param("atMost", atMost)
        .update();
  }
}
