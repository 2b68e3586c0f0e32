package dev.keyledger.delivery.webhook;

import dev.keyledger.delivery.subscription.Attempt;
import dev.keyledger.delivery.subscription.MessageId;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.events.EventCodec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.type.TypeReference;

/** Messages as their organisation sees them, and has them sent again. */
@Component
final class DeliveryTable {
  private static final TypeReference<List<Attempt>> ATTEMPTS = new TypeReference<>() {};
  private static final String COLUMNS =
      "position, previous, type, status, queued_at, tries, attempts, next_attempt_at, settled_at,"
          + " body is not null as replayable";
  private static final String OWN = " where organization = ? and subscription = ?";

  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;

  DeliveryTable(JdbcTemplate jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  /**
   * By position.
   *
   * @param status {@code null} for whichever
   * @param after the position behind which it begins; -1 for the first
   */
  List<Delivery> list(SubscriptionKey key, @Nullable String status, long after, int atMost) {
    RowMapper<Delivery> mapper = (row, number) -> read(key, row);
    UUID organization = key.organization().uuid();
    UUID subscription = key.subscription().uuid();
    if (status == null) {
      String all =
          "select "
              + COLUMNS
              + " from message"
              + OWN
              + " and position > ? order by position limit ?";
      return jdbc.query(all, mapper, organization, subscription, after, atMost);
    }
    String some =
        "select "
            + COLUMNS
            + " from message"
            + OWN
            + " and status = ? and position > ? order by position limit ?";
    return jdbc.query(some, mapper, organization, subscription, status, after, atMost);
  }

  Optional<Delivery> find(SubscriptionKey key, long position) {
    return jdbc
        .query(
            "select " + COLUMNS + " from message" + OWN + " and position = ?",
            (row, number) -> read(key, row),
            key.organization().uuid(),
            key.subscription().uuid(),
            position)
        .stream()
        .findFirst();
  }

  /**
   * Has messages sent again, or sooner, as if they had come in now, however their receiver did so
   * far.
   *
   * @param from the first position
   * @param upTo the last position
   * @return their positions
   */
  List<Long> replay(SubscriptionKey key, long from, long upTo, int atMost, Instant now) {
    OffsetDateTime at = now.atOffset(ZoneOffset.UTC);
    List<Long> replayed =
        transactions.execute(status -> {
          jdbc.update(
              "update subscription set due_at = case when not polled then least(due_at, ?) end,"
                  + " failures = 0, rests_until = null"
                  + OWN,
              at,
              key.organization().uuid(),
              key.subscription().uuid());
          return jdbc.query(
              "update message m set status = 'pending', queued_at = ?, tries_before = tries,"
                  + " next_attempt_at = ?, settled_at = null from (select organization, subscription, position from"
                  + " message"
                  + OWN
                  + " and position between ? and ? and body is not null order by position limit ?"
                  + " for update) again where m.organization = again.organization and"
                  + " m.subscription = again.subscription and m.position = again.position"
                  + " returning m.position",
              (row, number) -> row.getLong(1),
              at,
              at,
              key.organization().uuid(),
              key.subscription().uuid(),
              from,
              upTo,
              atMost);
        });
    return replayed == null ? List.of() : replayed;
  }

  private static Delivery read(SubscriptionKey key, ResultSet row) throws SQLException {
    long position = row.getLong("position");
    return new Delivery(
        new MessageId(key.subscription(), position).toString(),
        position,
        row.getObject("previous", Long.class),
        row.getString("type"),
        row.getString("status"),
        row.getObject("queued_at", OffsetDateTime.class).toInstant(),
        row.getInt("tries"),
        EventCodec.mapper().readValue(row.getString("attempts"), ATTEMPTS),
        instant(row, "next_attempt_at"),
        instant(row, "settled_at"),
        row.getBoolean("replayable"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
