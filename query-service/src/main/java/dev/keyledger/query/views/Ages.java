package dev.keyledger.query.views;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.policy.AgeBound;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How old an organisation's secrets may become, for statements that choose keys by it: what {@link
 * KeyRules#tooOldAt} says, in SQL.
 */
record Ages(KeyRules rules) {

  static Ages of(Snapshot snapshot) {
    return new Ages(
        snapshot
            .sql("select policy from policies@ where organization = :organization")
            .query(String.class)
            .optional()
            .map(json ->
                EventCodec.decode(json.getBytes(StandardCharsets.UTF_8), Policy.class).keys())
            .orElseThrow());
  }

  @Nullable Instant tooOldAt(Instant createdAt) {
    return rules.tooOldAt(createdAt);
  }

  /** Of two ends, either of which may never come. */
  static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    return one == null || other != null && other.isBefore(one) ? other : one;
  }

  /** A statement in which stands when the newest secret, and the older one, is too old. */
  JdbcClient.StatementSpec sql(Snapshot snapshot, String template) {
    JdbcClient.StatementSpec statement =
        snapshot.sql(
            template
                .replace("{newest_too_old}", end("secret_created_at"))
                .replace("{older_too_old}", end("older_created_at")));
    List<AgeBound> bounds = bounds();
    for (int i = 0; i < bounds.size(); i++) {
      AgeBound bound = bounds.get(i);
      statement =
          statement
              .param("holds" + i, utc(bound.holdsFrom()))
              .param("age" + i, bound.maximumAge().toMillis() / 1000.0);
    }
    return statement;
  }

  private String end(String createdAt) {
    String end = "cast('infinity' as timestamptz)";
    for (int i = 0; i < bounds().size(); i++) {
      end =
          """
          greatest(%1$s + make_interval(secs => :age%2$d), least(%3$s, :holds%2$d))
          """
              .formatted(createdAt, i, end);
    }
    return "(" + end + ")";
  }

  private List<AgeBound> bounds() {
    return Objects.requireNonNullElse(rules.ageBounds(), List.of());
  }

  private static OffsetDateTime utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }
}
