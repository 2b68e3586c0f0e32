package dev.keyledger.delivery.webhook;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What the ledger says of subscriptions. All but reads within a transaction. */
@Component
public final class SubscriptionTable {
  private static final String COLUMNS =
      "organization, subscription, state, standing, created_position, secret_position,"
          + " last_position";

  private final JdbcTemplate jdbc;

  SubscriptionTable(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Those of these organisations that were not removed, until the transaction ends. */
  public List<FoldedSubscription> lock(Collection<OrganizationId> organizations) {
    return jdbc.query(
        "select "
            + COLUMNS
            + " from subscription where organization = any (?::uuid[]) and standing <> 'removed'"
            + " order by organization, subscription for update",
        (row, number) -> read(row),
        (Object) organizations.stream().map(one -> one.uuid().toString()).toArray(String[]::new));
  }

  public Optional<FoldedSubscription> find(SubscriptionKey key) {
    return jdbc
        .query(
            "select " + COLUMNS + " from subscription where organization = ? and subscription = ?",
            (row, number) -> read(row),
            key.organization().uuid(),
            key.subscription().uuid())
        .stream()
        .findFirst();
  }

  /**
   * @param dueAt when there is something to send at the latest; {@code null} where nothing came
   */
  public void write(FoldedSubscription one, @Nullable Instant dueAt) {
    jdbc.update(
        "insert into subscription as s (organization, subscription, state, standing,"
            + " created_position, secret_position, last_position, due_at, ending) values (?, ?, ?,"
            + " ?, ?, ?, ?, ?, ?) on conflict (organization, subscription) do update set state ="
            + " excluded.state, standing = excluded.standing, secret_position ="
            + " excluded.secret_position, last_position = excluded.last_position, due_at ="
            + " least(s.due_at, excluded.due_at), ending = excluded.ending, gone = s.gone and not"
            + " ?, gone_told = s.gone_told and not ?, failures = case when ? then 0 else s.failures end, rests_until = case when ?"
            + " then null else s.rests_until end",
        one.key().organization().uuid(),
        one.key().subscription().uuid(),
        EventCodec.mapper().writeValueAsString(one.state()),
        one.standing().text(),
        one.createdPosition(),
        one.secretPosition(),
        one.lastPosition(),
        dueAt == null ? null : at(dueAt),
        one.standing() == Standing.REMOVED,
        one.startsAnew(),
        one.startsAnew(),
        one.startsAnew(),
        one.startsAnew());
  }

  /** Removed ones of which messages may still wait. */
  List<SubscriptionKey> ending(int atMost) {
    return jdbc.query(
        "select organization, subscription from subscription where ending order by organization,"
            + " subscription limit ?",
        (row, number) -> key(row),
        atMost);
  }

  /** Nothing of it waits any more, unless another replica is about to see to that. */
  void ended(SubscriptionKey key) {
    jdbc.update(
        "update subscription s set ending = false where organization = ? and subscription = ? and"
            + " not exists (select from message m where m.organization = s.organization and"
            + " m.subscription = s.subscription and m.status = 'pending')",
        key.organization().uuid(),
        key.subscription().uuid());
  }

  private static SubscriptionKey key(ResultSet row) throws SQLException {
    return new SubscriptionKey(
        OrganizationId.of(row.getObject("organization", UUID.class)),
        SubscriptionId.of(row.getObject("subscription", UUID.class)));
  }

  private static FoldedSubscription read(ResultSet row) throws SQLException {
    return new FoldedSubscription(
        key(row),
        state(row.getString("state")),
        Standing.of(row.getString("standing")),
        row.getLong("created_position"),
        row.getLong("secret_position"),
        row.getObject("last_position", Long.class),
        false);
  }

  static SubscriptionState state(String json) {
    return EventCodec.decode(json.getBytes(StandardCharsets.UTF_8), SubscriptionState.class);
  }

  static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
