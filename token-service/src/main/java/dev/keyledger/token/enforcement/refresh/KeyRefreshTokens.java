package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.database.Batches;
import dev.keyledger.kit.decide.Code;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Refresh families of keys in PostgreSQL. Only hashes are kept. A rotation holds the family's row,
 * so of concurrent presentations one wins and the others find a used token.
 */
@Component
public final class KeyRefreshTokens {
  /** Tells a refresh token from every other credential at a glance. */
  public static final String PREFIX = "klrt_";

  private static final int BYTES = 32;

  private final JdbcClient jdbc;
  private final TransactionOperations transactions;
  private final RefreshRule rule;
  private final KeyRefreshSettings settings;
  private final SecureRandom random;

  public KeyRefreshTokens(
      JdbcClient jdbc,
      TransactionOperations transactions,
      RefreshRule rule,
      KeyRefreshSettings settings,
      SecureRandom random) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.rule = rule;
    this.settings = settings;
    this.random = random;
  }

  private record Row(KeyRefreshFamily family, boolean ended, boolean used, Instant issuedAt) {}

  /**
   * Begins a family with its first token. Of one key the oldest beyond {@link
   * KeyRefreshSettings#families} is forgotten, so that a token of it is unknown.
   */
  public SecretText begin(KeyRefreshFamily family) {
    SecretText first = mint();
    transactions.executeWithoutResult(status -> {
      jdbc.sql(
              """
              INSERT INTO key_refresh_families
                (organization, key, family, secret, dialect, scope, created_at, expires_at)
              VALUES (:organization, :key, :family, :secret, :dialect, :scope, :at, :expires_at)
              """)
          .param("organization", family.organization().value())
          .param("key", family.key().value())
          .param("family", family.id())
          .param("secret", family.secret())
          .param("dialect", family.dialect())
          .param("scope", scopeText(family))
          .param("at", utc(family.begunAt()))
          .param("expires_at", utc(family.expiresAt()))
          .update();
      insert(family, first, family.begunAt());
      forgetBeyond(family);
    });
    return first;
  }

  private static @Nullable String scopeText(KeyRefreshFamily family) {
    List<String> scope = family.scope();
    return scope == null ? null : String.join(" ", scope);
  }

  /**
   * @param known whether this is where the family belongs, and its key the client that presents it;
   *     when not, the token is unknown
   * @param standing whether the family's key and secret are still good; when not, the token stays
   *     as it was
   * @param until where the next token ends, by the family and by when the presented one was given;
   *     no later than now when there is none
   */
  public Rotation rotate(
      String presented,
      Instant at,
      Predicate<KeyRefreshFamily> known,
      Function<KeyRefreshFamily, Code> standing,
      BiFunction<KeyRefreshFamily, Instant, Instant> until) {
    Rotation rotation =
        transactions.execute(status -> {
          Row row = lock(presented).orElse(null);
          if (row == null || !known.test(row.family())) {
            return new Rotation.Refused(Code.NOT_FOUND);
          }
          return switch (rule.standing(new Presented(row), at)) {
            case REUSED, ENDED -> new Rotation.Refused(Code.REVOKED);
            case EXPIRED -> new Rotation.Refused(Code.EXPIRED);
            case LIVE -> rotate(row, presented, at, standing, until);
          };
        });
    return java.util.Objects.requireNonNull(rotation);
  }

  private Rotation rotate(
      Row row,
      String presented,
      Instant at,
      Function<KeyRefreshFamily, Code> standing,
      BiFunction<KeyRefreshFamily, Instant, Instant> until) {
    KeyRefreshFamily before = row.family();
    Code code = standing.apply(before);
    if (code != Code.OK) {
      return new Rotation.Refused(code);
    }
    Instant end = until.apply(before, row.issuedAt());
    if (!at.isBefore(end)) {
      return new Rotation.Refused(Code.EXPIRED);
    }
    if (isRefreshedTooOften(before)) {
      end(before, at);
      return new Rotation.Refused(Code.REVOKED);
    }
    KeyRefreshFamily family = before.until(end);
    SecretText next = mint();
    jdbc.sql("UPDATE key_refresh_tokens SET used_at = ? WHERE hash = ?")
        .params(utc(at), hash(presented))
        .update();
    move(family);
    insert(family, next, at);
    return new Rotation.Rotated(family, next);
  }

  private final class Presented implements PresentedFamily {
    private final Row row;

    Presented(Row row) {
      this.row = row;
    }

    @Override
    public boolean wasUsed() {
      return row.used();
    }

    @Override
    public boolean hasEnded() {
      return row.ended();
    }

    @Override
    public Instant expiresAt() {
      return row.family().expiresAt();
    }

    @Override
    public boolean end(Instant at) {
      return KeyRefreshTokens.this.end(row.family(), at);
    }

    @Override
    public OrganizationId organization() {
      return row.family().organization();
    }

    @Override
    public @Nullable PersonId person() {
      return null;
    }

    @Override
    public @Nullable SessionId session() {
      return null;
    }

    @Override
    public KeyId key() {
      return row.family().key();
    }
  }

  /**
   * Ends the family that the token belongs to.
   *
   * @param mayEnd whether the client that asks may
   */
  public void end(String presented, Instant at, Predicate<KeyRefreshFamily> mayEnd) {
    transactions.executeWithoutResult(status ->
        lock(presented).map(Row::family).filter(mayEnd).ifPresent(family -> end(family, at)));
  }

  private boolean end(KeyRefreshFamily family, Instant at) {
    return jdbc.sql(
                """
                UPDATE key_refresh_families SET ended_at = ?
                WHERE organization = ? AND key = ? AND family = ? AND ended_at IS NULL
                """)
            .params(utc(at), family.organization().value(), family.key().value(), family.id())
            .update()
        == 1;
  }

  private void move(KeyRefreshFamily family) {
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
   * Deletes what no presentation can bring back: families that have run out, and of the others the
   * dead tokens that would have.
   */
  public void forgetBefore(Instant instant) {
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

  // A family that is being presented meanwhile is passed over: its key's next one finds it.
  private void forgetBeyond(KeyRefreshFamily newest) {
    jdbc.sql(
            """
            DELETE FROM key_refresh_families WHERE (organization, key, family) IN (
              SELECT organization, key, family FROM key_refresh_families
              WHERE organization = ? AND key = ?
              ORDER BY family DESC OFFSET ? FOR UPDATE SKIP LOCKED)
            """)
        .params(newest.organization().value(), newest.key().value(), settings.families())
        .update();
  }

  private boolean isRefreshedTooOften(KeyRefreshFamily family) {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT FROM key_refresh_tokens
                           WHERE organization = ? AND key = ? AND family = ? AND used_at IS NOT NULL
                           OFFSET ? LIMIT 1)
            """)
        .params(
            family.organization().value(),
            family.key().value(),
            family.id(),
            settings.refreshes() - 1)
        .query(Boolean.class)
        .single();
  }

  private Optional<Row> lock(String presented) {
    if (!presented.startsWith(PREFIX)) {
      return Optional.empty();
    }
    return jdbc.sql(
            """
            SELECT f.*, t.used_at IS NOT NULL AS used, t.issued_at
            FROM key_refresh_tokens t
            JOIN key_refresh_families f USING (organization, key, family)
            WHERE t.hash = ?
            FOR UPDATE OF f, t
            """)
        .params((Object) hash(presented))
        .query(KeyRefreshTokens::row)
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
            rs.getObject("created_at", OffsetDateTime.class).toInstant(),
            rs.getObject("expires_at", OffsetDateTime.class).toInstant());
    return new Row(
        family,
        rs.getObject("ended_at") != null,
        rs.getBoolean("used"),
        rs.getObject("issued_at", OffsetDateTime.class).toInstant());
  }

  private void insert(KeyRefreshFamily family, SecretText token, Instant at) {
    jdbc.sql(
            """
            INSERT INTO key_refresh_tokens (organization, key, family, hash, issued_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """)
        .params(
            family.organization().value(),
            family.key().value(),
            family.id(),
            hash(token.revealSecret()),
            utc(at),
            utc(family.expiresAt()))
        .update();
  }

  private SecretText mint() {
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new SecretText(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  // As random as the token is, a plain hash of it tells nothing.
  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
