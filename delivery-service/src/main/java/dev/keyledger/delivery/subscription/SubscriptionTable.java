package dev.keyledger.delivery.subscription;

import dev.keyledger.delivery.set.SecurityEvent;
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

  /** Streams of security events that weren't removed, oldest first. */
  public List<FoldedSubscription> streams(OrganizationId organization) {
    return jdbc
        .query(
            "select "
                + COLUMNS
                + " from subscription where organization = ? and standing <> 'removed' order by"
                + " subscription",
            (row, number) -> read(row),
            organization.uuid())
        .stream()
        .filter(one -> one.state().streams())
        .toList();
  }

  /** One stream, until the transaction ends. */
  public Optional<FoldedSubscription> lock(SubscriptionKey key) {
    return jdbc
        .query(
            "select "
                + COLUMNS
                + " from subscription where organization = ? and subscription = ? for update",
            (row, number) -> read(row),
            key.organization().uuid(),
            key.subscription().uuid())
        .stream()
        .filter(one -> one.state().streams())
        .findFirst();
  }

  /**
   * @param dueAt when there is something to send at the latest; {@code null} where nothing came
   */
  public void write(FoldedSubscription one, @Nullable Instant dueAt) {
    write(one, dueAt, false);
  }

  /**
   * @param announces whether its receiver has to be told that it was paused, which it is meanwhile
   */
  public void write(FoldedSubscription one, @Nullable Instant dueAt, boolean announces) {
    jdbc.update(
        "insert into subscription as s (organization, subscription, state, standing,"
            + " created_position, secret_position, last_position, due_at, ending, polled, announces) values (?, ?, ?,"
            + " ?, ?, ?, ?, ?, ?, ?, ?) on conflict (organization, subscription) do update set state ="
            + " excluded.state, standing = excluded.standing, secret_position ="
            + " excluded.secret_position, last_position = excluded.last_position, due_at ="
            + " case when not excluded.polled then least(s.due_at, excluded.due_at) end, ending ="
            + " excluded.ending, polled = excluded.polled, announces = (s.announces or"
            + " excluded.announces) and excluded.standing <> 'removed', gone = s.gone and not"
            + " ?, gone_told = s.gone_told and not ?, failures = case when ? then 0 else s.failures end, rests_until = case when ?"
            + " then null else s.rests_until end",
        one.key().organization().uuid(),
        one.key().subscription().uuid(),
        EventCodec.mapper().writeValueAsString(one.state()),
        one.standing().text(),
        one.createdPosition(),
        one.secretPosition(),
        one.lastPosition(),
        dueAt == null || !one.state().isSentMessages() ? null : at(dueAt),
        !one.takes(),
        !one.state().isSentMessages(),
        announces,
        one.startsAnew(),
        one.startsAnew(),
        one.startsAnew(),
        one.startsAnew());
  }

  /** Removed or disabled ones of which messages may still wait. */
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
        "delete from left_out l using subscription s where s.organization = ? and s.subscription ="
            + " ? and s.standing = 'removed' and l.organization = s.organization and"
            + " l.subscription = s.subscription",
        key.organization().uuid(),
        key.subscription().uuid());
    jdbc.update(
        "update subscription s set ending = false where organization = ? and subscription = ? and"
            + " not exists (select from message m where m.organization = s.organization and"
            + " m.subscription = s.subscription and m.status = 'pending' and (s.standing = 'removed' or"
            + " m.type <> '"
            + SecurityEvent.STREAM_UPDATED
            + "'))",
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

  public static SubscriptionState state(String json) {
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
