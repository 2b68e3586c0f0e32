package dev.keyledger.command.receipts;

import dev.keyledger.command.receipts.ToldReceivers.Told;
import dev.keyledger.command.receipts.ToldReceivers.Took;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.kit.receipts.ToldReceiver;
import dev.keyledger.kit.receipts.ToldReceiver.Channel;
import dev.keyledger.kit.receipts.ToldReceiver.Failure;
import dev.keyledger.kit.receipts.ToldReceiver.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who was told of keys' ends by subscriptions: of each receipt a row for each of them. */
@Component
final class ReceiverTable {
  private final JdbcClient jdbc;

  ReceiverTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * One of which nothing more is to come, and it wasn't known.
   *
   * @param answeredAt {@code null} where it was given up
   */
  record Settled(KeyId key, Channel channel, Instant decidedAt, @Nullable Instant answeredAt) {}

  /**
   * Of whatever is no key's last end nothing is kept. What came of it first stays: an answer for
   * ever, and of attempts those that are more.
   */
  List<Settled> put(OrganizationId organization, List<Told> reports) {
    return jdbc.sql(
            """
            WITH put AS (
              INSERT INTO receipt_receiver AS r (organization, key, subscription, position, name, channel, status,
                attempts, answered_at, failed_at, failed_status, failed_error)
              SELECT k.organization, k.key, t.subscription, k.position, t.name, t.channel, t.status, t.attempts,
                t.answered_at::timestamptz, t.failed_at::timestamptz, t.failed_status, t.failed_error
              FROM unnest(:positions::bigint[], :subscriptions::text[], :names::text[], :channels::text[],
                :statuses::text[], :attempts::integer[], :answered::text[], :failed::text[],
                :failedStatuses::integer[], :errors::text[])
                AS t (position, subscription, name, channel, status, attempts, answered_at, failed_at, failed_status,
                  failed_error)
              JOIN key_receipt k ON k.organization = :organization AND k.position = t.position
              ORDER BY k.key, t.subscription
              ON CONFLICT (organization, key, subscription) DO UPDATE
              SET position = excluded.position, name = excluded.name, channel = excluded.channel,
                status = excluded.status, attempts = excluded.attempts, answered_at = excluded.answered_at,
                failed_at = excluded.failed_at, failed_status = excluded.failed_status,
                failed_error = excluded.failed_error
              WHERE r.position < excluded.position
                OR (r.position = excluded.position AND r.answered_at IS NULL AND (excluded.attempts > r.attempts
                  OR (excluded.attempts = r.attempts AND excluded.status <> 'pending')))
              RETURNING r.organization, r.key, r.channel, r.status, r.answered_at)
            SELECT put.channel, k.decided_at, put.answered_at, put.key
            FROM put JOIN key_receipt k USING (organization, key) WHERE put.status <> 'pending'
            """)
        .param("organization", organization.value())
        .param("positions", each(reports, Told::position).toArray(Long[]::new))
        .param("subscriptions", texts(reports, one -> one.subscription().value()))
        .param("names", texts(reports, ToldReceiver::name))
        .param("channels", texts(reports, one -> text(one.channel())))
        .param("statuses", texts(reports, one -> text(one.status())))
        .param("attempts", ofEach(reports, ToldReceiver::attempts).toArray(Integer[]::new))
        .param("answered", texts(reports, one -> text(one.answeredAt())))
        .param("failed", texts(reports, one -> text(ofFailure(one, Failure::at))))
        .param(
            "failedStatuses",
            ofEach(reports, one -> ofFailure(one, Failure::status)).toArray(Integer[]::new))
        .param("errors", texts(reports, one -> ofFailure(one, Failure::error)))
        .query((row, n) ->
            new Settled(
                new KeyId(row.getString(4)),
                Channel.valueOf(row.getString(1).toUpperCase(Locale.ROOT)),
                row.getTimestamp(2).toInstant(),
                instant(row.getTimestamp(3))))
        .list();
  }

  private static <T extends @Nullable Object> List<T> each(
      List<Told> reports, Function<Told, T> part) {
    return reports.stream().map(part).toList();
  }

  private static <T extends @Nullable Object> List<T> ofEach(
      List<Told> reports, Function<ToldReceiver, T> part) {
    return each(reports, one -> part.apply(one.receiver()));
  }

  private static @Nullable String[] texts(
      List<Told> reports, Function<ToldReceiver, @Nullable String> part) {
    return ofEach(reports, part).toArray(String[]::new);
  }

  private static <T extends @Nullable Object> @Nullable T ofFailure(
      ToldReceiver one, Function<Failure, T> part) {
    return one.lastFailure() == null ? null : part.apply(one.lastFailure());
  }

  private static String text(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String text(@Nullable Instant at) {
    return at == null ? null : at.toString();
  }

  /** Of the key's last end, by when they were made. */
  List<ToldReceiver> of(OrganizationId organization, KeyId key) {
    return jdbc.sql(
            """
            SELECT r.subscription, r.name, r.channel, r.status, r.answered_at, r.attempts, r.failed_at,
              r.failed_status, r.failed_error
            FROM receipt_receiver r JOIN key_receipt k USING (organization, key, position)
            WHERE organization = ? AND key = ? ORDER BY r.subscription
            """)
        .params(organization.value(), key.value())
        .query(ReceiverTable::receiver)
        .list();
  }

  private static @Nullable Instant instant(@Nullable Timestamp at) {
    return at == null ? null : at.toInstant();
  }

  private static ToldReceiver receiver(ResultSet row, int number) throws SQLException {
    Instant failedAt = instant(row.getTimestamp(7));
    return new ToldReceiver(
        new SubscriptionId(row.getString(1)),
        row.getString(2),
        Channel.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
        Status.valueOf(row.getString(4).toUpperCase(Locale.ROOT)),
        instant(row.getTimestamp(5)),
        row.getInt(6),
        failedAt == null
            ? null
            : new Failure(failedAt, row.getObject(8, Integer.class), row.getString(9)));
  }

  List<Took> since(Instant since, int newest) {
    return jdbc.sql(
            """
            SELECT channel, count(took), count(*) FILTER (WHERE status = 'pending'),
              count(*) FILTER (WHERE status = 'given_up'),
              percentile_disc(0.5) WITHIN GROUP (ORDER BY took),
              percentile_disc(0.99) WITHIN GROUP (ORDER BY took)
            FROM (
              SELECT r.channel, r.status, CASE WHEN r.answered_at IS NOT NULL
                  THEN round(1000 * greatest(0, extract(epoch FROM r.answered_at - k.decided_at)), 3) END AS took
              FROM key_receipt k JOIN receipt_receiver r USING (organization, key, position)
              WHERE k.decided_at > ?
              ORDER BY k.decided_at DESC LIMIT ?) newest
            GROUP BY channel
            """)
        .params(Timestamp.from(since), newest)
        .query((row, n) ->
            new Took(
                Channel.valueOf(row.getString(1).toUpperCase(Locale.ROOT)),
                row.getInt(2),
                row.getInt(3),
                row.getInt(4),
                row.getBigDecimal(5),
                row.getBigDecimal(6)))
        .list();
  }
}
