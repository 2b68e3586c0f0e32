package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.database.Batches;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Refresh families of keys, and the hashes of their tokens, as rows. */
@Component
final class KeyRefreshTable {
  private final JdbcClient jdbc;

  KeyRefreshTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * A family as one of its tokens presents it.
   *
   * @param issuedAt when that token was given
   */
  record Row(
      KeyRefreshFamily family,
      boolean ended,
      boolean used,
      Instant issuedAt,
      @Nullable SealedSuccessor successor) {}

  void insert(KeyRefreshFamily family) {
    jdbc.sql(
            """
            INSERT INTO key_refresh_families
              (organization, key, family, secret, dialect, scope, confidential, created_at, expires_at)
            VALUES (:organization, :key, :family, :secret, :dialect, :scope, :confidential, :at,
                    :expires_at)
            """)
        .param("organization", family.organization().value())
        .param("key", family.key().value())
        .param("family", family.id())
        .param("secret", family.secret())
        .param("dialect", family.dialect())
        .param("scope", scopeText(family))
        .param("confidential", family.confidential())
        .param("at", utc(family.begunAt()))
        .param("expires_at", utc(family.expiresAt()))
        .update();
  }

  private static @Nullable String scopeText(KeyRefreshFamily family) {
    List<String> scope = family.scope();
    return scope == null ? null : String.join(" ", scope);
  }

  void insertToken(KeyRefreshFamily family, byte[] hash, Instant at) {
    jdbc.sql(
            """
            INSERT INTO key_refresh_tokens (organization, key, family, hash, issued_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """)
        .params(
            family.organization().value(),
            family.key().value(),
            family.id(),
            hash,
            utc(at),
            utc(family.expiresAt()))
        .update();
  }

  /** Locks both rows until the transaction ends. */
  Optional<Row> lock(byte[] hash) {
    return jdbc.sql(
            """
            SELECT f.*, t.used_at IS NOT NULL AS used, t.issued_at, t.successor, t.successor_at
            FROM key_refresh_tokens t
            JOIN key_refresh_families f USING (organization, key, family)
            WHERE t.hash = ?
            FOR UPDATE OF f, t
            """)
        .params((Object) hash)
        .query(KeyRefreshTable::row)
        .optional();
  }

  private static Row row(ResultSet rs, int number) throws SQLException {
    String scope = rs.getString("scope");
    var family =
        new KeyRefreshFamily(
            new OrganizationId(rs.getString("organization")),
            new KeyId(rs.getString("key")),
            rs.getObject("family", UUID.class),
            rs.getString("secret"),
            rs.getString("dialect"),
            scope == null ? null : List.of(scope.split(" ")),
            rs.getBoolean("confidential"),
            instant(rs, "created_at"),
            instant(rs, "expires_at"));
    byte[] successor = rs.getBytes("successor");
    return new Row(
        family,
        rs.getObject("ended_at") != null,
        rs.getBoolean("used"),
        instant(rs, "issued_at"),
        successor == null ? null : new SealedSuccessor(successor, instant(rs, "successor_at")));
  }

  private static Instant instant(ResultSet rs, String column) throws SQLException {
    return rs.getObject(column, OffsetDateTime.class).toInstant();
  }

  /**
   * What one that was used before was exchanged for is kept no longer: its client has got it.
   *
   * @param successor {@code null} where none is kept
   */
  void use(KeyRefreshFamily family, byte[] hash, Instant at, @Nullable SealedSuccessor successor) {
    jdbc.sql(
            """
            UPDATE key_refresh_tokens SET successor = NULL, successor_at = NULL
            WHERE organization = ? AND key = ? AND family = ? AND successor IS NOT NULL
            """)
        .params(family.organization().value(), family.key().value(), family.id())
        .update();
    jdbc.sql(
            """
            UPDATE key_refresh_tokens
            SET used_at = :at, successor = :successor, successor_at = :successor_at
            WHERE hash = :hash
            """)
        .param("at", utc(at))
        .param("successor", successor == null ? null : successor.bytes(), Types.BINARY)
        .param(
            "successor_at",
            successor == null ? null : utc(successor.answeredAt()),
            Types.TIMESTAMP_WITH_TIMEZONE)
        .param("hash", hash)
        .update();
  }

  void move(KeyRefreshFamily family) {
    jdbc.sql(
            """
            UPDATE key_refresh_families SET expires_at = ?
            WHERE organization = ? AND key = ? AND family = ?
            """)
        .params(
            utc(family.expiresAt()),
            family.organization().value(),
            family.key().value(),
            family.id())
        .update();
  }

  /**
   * @return false when it had ended before
   */
  boolean end(KeyRefreshFamily family, Instant at) {
    return jdbc.sql(
                """
                UPDATE key_refresh_families SET ended_at = ?
                WHERE organization = ? AND key = ? AND family = ? AND ended_at IS NULL
                """)
            .params(utc(at), family.organization().value(), family.key().value(), family.id())
            .update()
        == 1;
  }

  /** Whether so many of the family's dead tokens are remembered. */
  boolean hasUsed(KeyRefreshFamily family, int tokens) {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT FROM key_refresh_tokens
                           WHERE organization = ? AND key = ? AND family = ? AND used_at IS NOT NULL
                           OFFSET ? LIMIT 1)
            """)
        .params(family.organization().value(), family.key().value(), family.id(), tokens - 1)
        .query(Boolean.class)
        .single();
  }

  /**
   * Of the key's, so many are kept. A family that is being presented meanwhile is passed over: its
   * key's next one finds it.
   */
  void forgetBeyond(KeyRefreshFamily newest, int kept) {
    jdbc.sql(
            """
            DELETE FROM key_refresh_families WHERE (organization, key, family) IN (
              SELECT organization, key, family FROM key_refresh_families
              WHERE organization = ? AND key = ?
              ORDER BY family DESC OFFSET ? FOR UPDATE SKIP LOCKED)
            """)
        .params(newest.organization().value(), newest.key().value(), kept)
        .update();
  }

  /**
   * Deletes what no presentation can bring back: families that have run out, and of the others the
   * dead tokens that would have.
   */
  void forgetBefore(Instant instant) {
    Batches.deleteAll(atMost ->
        jdbc.sql(
                """
                DELETE FROM key_refresh_families WHERE (organization, key, family) IN (
                  SELECT organization, key, family FROM key_refresh_families WHERE expires_at < ?
                  ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED)
                """)
            .params(utc(instant), atMost)
            .update());
    Batches.deleteAll(atMost ->
        jdbc.sql(
                """
                DELETE FROM key_refresh_tokens WHERE hash IN (
                  SELECT hash FROM key_refresh_tokens WHERE used_at IS NOT NULL AND expires_at < ?
                  ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED)
                """)
            .params(utc(instant), atMost)
            .update());
  }

  /** By PostgreSQL's time: what is no longer given again. */
  void forgetSuccessorsBefore(Instant instant) {
    Batches.deleteAll(atMost ->
        jdbc.sql(
                """
                UPDATE key_refresh_tokens SET successor = NULL, successor_at = NULL WHERE hash IN (
                  SELECT hash FROM key_refresh_tokens
                  WHERE successor IS NOT NULL AND successor_at < ?
                  LIMIT ? FOR UPDATE SKIP LOCKED)
                """)
            .params(utc(instant), atMost)
            .update());
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
