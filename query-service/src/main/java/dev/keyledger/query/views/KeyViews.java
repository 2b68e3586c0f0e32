package dev.keyledger.query.views;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keys as they are now: an end that has come counts whether or not its event has. Last use is
 * looked up beside the views, since no event tells it.
 */
@Component
final class KeyViews {
  /**
   * @param prefix of the newest secret
   * @param createdBy whose it is where keys act for their creator; {@code null} where the operator
   *     made it and named no member
   * @param status {@code active}, {@code rotating}, {@code suspended}, {@code revoked} or {@code
   *     expired}
   * @param rotateBy when its newest secret is too old; {@code null}, and absent, where policy lets
   *     it become as old as it likes, and of a key that has ended
   * @param suspendedUntil {@code null}, and absent, where it isn't suspended, or until it is
   *     resumed
   * @param secrets those that work, newest first; of an ended key the newest, with its end
   */
  record Key(
      KeyId id,
      String name,
      String prefix,
      String environment,
      List<String> scopes,
      String status,
      @Nullable MemberId createdBy,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant rotateBy,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant suspendedUntil,
      @Nullable Instant lastUsedAt,
      List<Secret> secrets) {}

  /**
   * @param validUntil {@code null} for no end
   */
  record Secret(
      String prefix,
      Instant createdAt,
      @Nullable Instant validUntil,
      @Nullable Instant lastUsedAt) {}

  /**
   * @param statuses empty for all
   */
  record KeyFilter(
      @Nullable String environment, List<String> statuses, @Nullable KeyId behind, int limit) {}

  private static final String COLUMNS =
      """
      select key, name, environment, scopes, created_by, created_at, expires_at, secret_prefix, secret_created_at,
        older_prefix, older_created_at, older_valid_until, older_lives, status, ended_at, suspended_until
      from (
        select k.*, case
            when ended is not null then ended
            when least(expires_at, {newest_too_old}) <= :now then 'expired'
            when suspended and (suspended_until is null or suspended_until > :now) then 'suspended'
            when older_lives then 'rotating'
            else 'active'
          end as status
        from (
          select *, older_prefix is not null and (older_valid_until is null or older_valid_until > :now)
            and {older_too_old} > :now as older_lives
          from keys@ where organization = :organization
        ) k
      ) k
      """;

  private final Clock clock;

  KeyViews(Clock clock) {
    this.clock = clock;
  }

  /** One more than the limit, where there are so many. */
  List<Key> list(Snapshot snapshot, KeyFilter filter) {
    Ages ages = Ages.of(snapshot);
    List<StoredKey> rows =
        ages.sql(
                snapshot,
                COLUMNS
                    + """
                    where (cast(:behind as uuid) is null or key < :behind)
                      and (cast(:environment as text) is null or environment = :environment)
                      and (:anyStatus or status = any (:statuses))
                    order by key desc limit :limit
                    """)
            .param("now", now())
            .param("behind", filter.behind() == null ? null : filter.behind().uuid())
            .param("environment", filter.environment())
            .param("anyStatus", filter.statuses().isEmpty())
            .param("statuses", filter.statuses().toArray(String[]::new))
            .param("limit", filter.limit() + 1)
            .query((row, n) -> row(row, ages))
            .list();
    return shown(snapshot, rows);
  }

  Optional<Key> find(Snapshot snapshot, KeyId id) {
    Ages ages = Ages.of(snapshot);
    List<StoredKey> rows =
        ages.sql(snapshot, COLUMNS + " where key = :key")
            .param("now", now())
            .param("key", id.uuid())
            .query((row, n) -> row(row, ages))
            .list();
    return shown(snapshot, rows).stream().findFirst();
  }

  private List<Key> shown(Snapshot snapshot, List<StoredKey> rows) {
    Map<UUID, Map<String, Instant>> uses = lastUses(snapshot, rows);
    return rows.stream().map(row -> row.shown(uses.getOrDefault(row.key(), Map.of()))).toList();
  }

  private static Map<UUID, Map<String, Instant>> lastUses(Snapshot snapshot, List<StoredKey> rows) {
    Map<UUID, Map<String, Instant>> uses = new HashMap<>();
    if (!rows.isEmpty()) {
      snapshot
          .sql(
              """
              select key, secret_prefix, last_used_at from secret_usage
              where organization = :organization and key = any (:keys)
              """)
          .param("keys", rows.stream().map(StoredKey::key).toArray(UUID[]::new))
          .query(row -> {
            uses.computeIfAbsent(row.getObject(1, UUID.class), k -> new HashMap<>())
                .put(row.getString(2), row.getObject(3, OffsetDateTime.class).toInstant());
          });
    }
    return uses;
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  private static StoredKey row(ResultSet row, Ages ages) throws SQLException {
    String older = row.getString("older_prefix");
    Instant newestAt = Objects.requireNonNull(instant(row, "secret_created_at"));
    return new StoredKey(
        row.getObject("key", UUID.class),
        row.getString("name"),
        row.getString("environment"),
        row.getString("scopes"),
        row.getObject("created_by", UUID.class),
        Objects.requireNonNull(instant(row, "created_at")),
        instant(row, "expires_at"),
        new Secret(row.getString("secret_prefix"), newestAt, null, null),
        older == null ? null : older(row, older, ages),
        row.getBoolean("older_lives"),
        row.getString("status"),
        instant(row, "ended_at"),
        instant(row, "suspended_until"),
        ages.tooOldAt(newestAt));
  }

  private static Secret older(ResultSet row, String prefix, Ages ages) throws SQLException {
    Instant createdAt = Objects.requireNonNull(instant(row, "older_created_at"));
    Instant end = Ages.earlier(instant(row, "older_valid_until"), ages.tooOldAt(createdAt));
    return new Secret(prefix, createdAt, end, null);
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }
}
