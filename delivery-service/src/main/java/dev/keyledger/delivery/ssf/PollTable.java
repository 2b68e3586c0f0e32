package dev.keyledger.delivery.ssf;

import dev.keyledger.delivery.set.SecurityEvent;
import dev.keyledger.delivery.set.SetId;
import dev.keyledger.delivery.subscription.Attempt;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.events.EventCodec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What waits of a stream until its receiver has fetched and acknowledged it. */
@Component
final class PollTable {
  private static final String OWN =
      " where organization = ? and subscription = ? and source = ? and status = 'pending'";

  private static final String UPDATES = " and type = '" + SecurityEvent.STREAM_UPDATED + "'";

  private final JdbcTemplate jdbc;

  PollTable(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  record Waiting(String jti, byte[] claims) {}

  /**
   * By their numbers.
   *
   * @param all or, while it is paused, only what is told of that
   */
  List<Waiting> waiting(SubscriptionKey key, boolean all, int atMost) {
    return jdbc.query(
        "select source, body from message where organization = ? and subscription = ? and status"
            + " = 'pending'"
            + (all ? "" : UPDATES)
            + " order by position limit ?",
        (row, number) ->
            new Waiting(SetId.of(row.getString(1), key.subscription()), row.getBytes(2)),
        key.organization().uuid(),
        key.subscription().uuid(),
        atMost);
  }

  /** That they were taken; what isn't known, or was settled before, is passed over. */
  void acknowledge(SubscriptionKey key, Collection<String> ids, Instant now) {
    String attempts =
        EventCodec.mapper().writeValueAsString(List.of(new Attempt(now, 200, null, 0)));
    settle(key, sources(key, ids), "delivered", attempts, now);
  }

  /** That they were refused, for that reason: they are dead until they are replayed. */
  void refuse(SubscriptionKey key, Map<String, String> errors, Instant now) {
    errors.forEach((id, error) -> {
      String attempts =
          EventCodec.mapper().writeValueAsString(List.of(new Attempt(now, 200, error, 0)));
      settle(key, sources(key, List.of(id)), "dead", attempts, now);
    });
  }

  private void settle(
      SubscriptionKey key, List<String> sources, String status, String attempts, Instant now) {
    jdbc.batchUpdate(
        "update message set status = ?, attempts = ?, tries = tries + 1, next_attempt_at = null,"
            + " settled_at = ?"
            + OWN,
        sources,
        500,
        (statement, source) -> {
          statement.setString(1, status);
          statement.setString(2, attempts);
          statement.setObject(3, now.atOffset(ZoneOffset.UTC));
          statement.setObject(4, key.organization().uuid());
          statement.setObject(5, key.subscription().uuid());
          statement.setString(6, source);
        });
  }

  private static List<String> sources(SubscriptionKey key, Collection<String> ids) {
    return ids.stream()
        .map(id -> SetId.sourceOf(id, key.subscription()))
        .flatMap(Optional::stream)
        .distinct()
        .sorted()
        .toList();
  }
}
