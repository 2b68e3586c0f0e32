package dev.keyledger.token.enforcement.status;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.token.enforcement.tokens.StatusPlace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Listed tokens as rows, which none changes and which go a while after the token's end. */
@Component
final class StatusTable {
  private static final int AT_ONCE = 10_000;

  private final JdbcClient jdbc;

  StatusTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void insert(StatusPlace place, AccessClaims claims) {
    jdbc.sql(
            """
            insert into listed_token (list, index, jti, organization, member, session, key, secret, environment, scope,
                                      narrowed, address_bound, position, issued_at, expires_at)
            values (:list, :index, :jti, :organization, :member, :session, :key, :secret, :environment, :scope,
                    :narrowed, :addressBound, :position, :issuedAt, :expiresAt)
            """)
        .param("list", place.list())
        .param("index", place.index())
        .param("jti", UUID.fromString(claims.jti()))
        .param("organization", uuid(claims.organization(), OrganizationId::uuid), Types.OTHER)
        .param("member", uuid(claims.member(), MemberId::uuid), Types.OTHER)
        .param("session", uuid(claims.session(), SessionId::uuid), Types.OTHER)
        .param("key", uuid(claims.key(), KeyId::uuid), Types.OTHER)
        .param("secret", claims.secret(), Types.VARCHAR)
        .param("environment", claims.environment(), Types.VARCHAR)
        .param("scope", String.join(" ", new TreeSet<>(claims.scope())))
        .param("narrowed", claims.narrowed())
        .param("addressBound", claims.addressBound())
        .param("position", claims.position())
        .param("issuedAt", claims.issuedAt().atOffset(ZoneOffset.UTC))
        .param("expiresAt", claims.expiresAt().atOffset(ZoneOffset.UTC))
        .update();
  }

  private static <T> @Nullable UUID uuid(@Nullable T id, Function<T, UUID> part) {
    return id == null ? null : part.apply(id);
  }

  /** Those of the list that end later than this. */
  void forEach(UUID list, Instant endingAfter, Consumer<ListedToken> each) {
    jdbc.sql("select * from listed_token where list = :list and expires_at > :after")
        .param("list", list)
        .param("after", endingAfter.atOffset(ZoneOffset.UTC))
        .query(row -> {
          each.accept(token(row));
        });
  }

  private static ListedToken token(ResultSet row) throws SQLException {
    KeyId key = id(row, "key", KeyId::of);
    MemberId member = id(row, "member", MemberId::of);
    String scope = row.getString("scope");
    return new ListedToken(
        row.getInt("index"),
        new AccessClaims(
            key == null ? AccessClaims.Kind.MEMBER : AccessClaims.Kind.API_KEY,
            row.getString("jti"),
            // Whose it is decides nothing: a person's rights here are the member's.
            key == null ? String.valueOf(member) : key.value(),
            id(row, "organization", OrganizationId::of),
            null,
            member,
            id(row, "session", SessionId::of),
            key,
            row.getString("secret"),
            row.getString("environment"),
            scope.isEmpty() ? Set.of() : Set.of(scope.split(" ")),
            row.getBoolean("narrowed"),
            row.getBoolean("address_bound"),
            row.getLong("position"),
            row.getObject("issued_at", OffsetDateTime.class).toInstant(),
            row.getObject("expires_at", OffsetDateTime.class).toInstant()));
  }

  private static <T> @Nullable T id(ResultSet row, String column, Function<UUID, T> make)
      throws SQLException {
    UUID uuid = row.getObject(column, UUID.class);
    return uuid == null ? null : make.apply(uuid);
  }

  /**
   * @return how many, of those that ended before this; there may be more
   */
  int forgetSomeBefore(Instant instant) {
    return jdbc.sql(
            """
            delete from listed_token where (list, index) in (
              select list, index from listed_token where expires_at < :instant
              limit :most)
            """)
        .param("instant", instant.atOffset(ZoneOffset.UTC))
        .param("most", AT_ONCE)
        .update();
  }

  static boolean isAll(int forgotten) {
    return forgotten < AT_ONCE;
  }
}
