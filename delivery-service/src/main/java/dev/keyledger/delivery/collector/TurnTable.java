package dev.keyledger.delivery.collector;

import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.subscription.SubscriptionState;
import dev.keyledger.delivery.subscription.SubscriptionTable;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.SubscriptionRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Whose turn it is, how far each collector has taken history, and how it does. A collector is one
 * turn's at a time: leases go by the database's clock alone, all else by times that are handed in.
 */
@Component
final class TurnTable {
  /** A collector without news is looked at so often all the same. */
  static final Duration IDLE = Duration.ofMinutes(1);

  private static final String OWN = " where organization = ? and subscription = ? and holder = ?";

  private static final String SENT_TO =
      " collector c join subscription s using (organization, subscription) left join secrets k using"
          + " (organization, subscription) where s.standing = 'active' and not s.gone and (not c.shown"
          + " or k.usable and k.position >= s.secret_position)";

  // Its organisation's first of those that are due, as far as it has turns left.
  private static final String CLAIM =
      "with due as (select c.organization, c.subscription, row_number() over (partition by"
          + " c.organization order by c.due_at) as number, (select count(*) from collector h where"
          + " h.organization = c.organization and h.held_until >= clock_timestamp()) as held from"
          + SENT_TO
          + " and c.due_at <= :now and (c.rests_until is null or c.rests_until <= :now) and"
          + " (c.held_until is null or c.held_until < clock_timestamp())), chosen as (select"
          + " c.organization, c.subscription from collector c join due using (organization,"
          + " subscription) where due.number + due.held <= :ofOne and (c.held_until is null or"
          + " c.held_until < clock_timestamp()) order by c.due_at limit :atMost for update of c skip"
          + " locked) update collector c set holder = :holder, held_until = clock_timestamp() +"
          + " :lease * interval '1 millisecond', due_at = :idle from chosen where c.organization ="
          + " chosen.organization and c.subscription = chosen.subscription returning"
          + " c.organization, c.subscription";

  private final JdbcTemplate jdbc;
  private final JdbcClient named;

  TurnTable(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
    this.named = JdbcClient.create(jdbc);
  }

  /**
   * Takes collectors that are due and that nobody has. What comes from now on brings forward when
   * they are due next.
   *
   * @param ofOne organisation at most, others' turns included
   */
  List<SubscriptionKey> claim(UUID holder, Duration lease, Instant now, int ofOne, int atMost) {
    return named
        .sql(CLAIM)
        .param("now", at(now))
        .param("idle", at(now.plus(IDLE)))
        .param("ofOne", ofOne)
        .param("atMost", atMost)
        .param("holder", holder)
        .param("lease", lease.toMillis())
        .query((row, number) ->
            new SubscriptionKey(
                OrganizationId.of(row.getObject(1, UUID.class)),
                SubscriptionId.of(row.getObject(2, UUID.class))))
        .list();
  }

  /**
   * As it stands now, for as long as a lease again; empty where nothing is to be sent by this
   * holder.
   */
  Optional<Collector> collector(SubscriptionKey key, UUID holder, Duration lease) {
    int own =
        jdbc.update(
            "update collector set held_until = clock_timestamp() + ? * interval '1 millisecond'"
                + OWN,
            lease.toMillis(),
            key.organization().uuid(),
            key.subscription().uuid(),
            holder);
    if (own == 0) {
      return Optional.empty();
    }
    return jdbc
        .query(
            "select s.state, c.ledger, c.activity, c.failures, c.news_at, k.record from"
                + SENT_TO
                + " and c.organization = ? and c.subscription = ? and c.holder = ?",
            (row, number) -> collector(key, row),
            key.organization().uuid(),
            key.subscription().uuid(),
            holder)
        .stream()
        .findFirst();
  }

  private static Collector collector(SubscriptionKey key, ResultSet row) throws SQLException {
    String text = row.getString("state");
    SubscriptionState state = SubscriptionTable.state(text);
    byte[] bytes = row.getBytes("record");
    SubscriptionRecord record =
        bytes == null || !state.showsToken()
            ? null
            : EventCodec.decode(bytes, SubscriptionRecord.class);
    // What one place is shown is no other's to see: the two topics are read apart.
    boolean isFor =
        record != null && record.url().equals(state.url()) && !record.secrets().isEmpty();
    return new Collector(
        key,
        state,
        text,
        row.getLong("ledger"),
        row.getObject("activity", Long.class),
        row.getInt("failures"),
        row.getObject("news_at", OffsetDateTime.class).toInstant(),
        record != null && isFor ? record.secrets().getLast() : null);
  }

  /** From where on it is sent what happens beside the ledger, unless that is known. */
  void beginActivity(SubscriptionKey key, UUID holder, long taken) {
    jdbc.update(
        "update collector set activity = ?" + OWN + " and activity is null",
        taken,
        key.organization().uuid(),
        key.subscription().uuid(),
        holder);
  }

  /**
   * A batch was taken, or there was nothing to send in it. Of another one than the holder nothing
   * is kept, nor where the collector was set back meanwhile.
   *
   * @param before up to where it had been taken
   * @param now up to where it is
   * @param events how many were sent
   * @return whether it was kept
   */
  boolean took(
      SubscriptionKey key,
      UUID holder,
      Source source,
      long before,
      long now,
      int events,
      Instant at) {
    String column = source.text();
    return jdbc.update(
            "update collector set "
                + column
                + " = ?, news_at = ?, sent = sent + ?, failures = case when ? then 0 else failures"
                + " end, rests_until = case when ? then null else rests_until end, delivered_at ="
                + " case when ? then ?::timestamptz else delivered_at end"
                + OWN
                + " and "
                + column
                + " = ?",
            now,
            at(at),
            events,
            events > 0,
            events > 0,
            events > 0,
            at(at),
            key.organization().uuid(),
            key.subscription().uuid(),
            holder,
            before)
        > 0;
  }

  /**
   * A batch wasn't taken. Where its collector was to begin anew meanwhile, that isn't held against
   * it.
   *
   * @param before how often it had failed in a row, as its turn knew it
   */
  void failed(
      SubscriptionKey key,
      UUID holder,
      int before,
      @Nullable Integer status,
      @Nullable String error,
      Instant at,
      Instant restsUntil) {
    jdbc.update(
        "update collector set failed_at = ?, status = ?, error = ?, failures = case when failures <"
            + " ? then failures else failures + 1 end, rests_until = case when failures < ? then"
            + " rests_until else ?::timestamptz end"
            + OWN,
        at(at),
        status,
        error,
        before,
        before,
        at(restsUntil),
        key.organization().uuid(),
        key.subscription().uuid(),
        holder);
  }

  /** It says that it is there no more: nothing is sent until the ledger says that it goes on. */
  void gone(Collector collector, UUID holder) {
    SubscriptionKey key = collector.key();
    jdbc.update(
        "update subscription s set gone = true, gone_told = false from collector c where"
            + " c.organization = s.organization and c.subscription = s.subscription and"
            + " s.organization = ? and s.subscription = ? and c.holder = ? and s.standing ="
            + " 'active' and s.state = ?",
        key.organization().uuid(),
        key.subscription().uuid(),
        holder,
        collector.stateText());
  }

  /**
   * Gives it back.
   *
   * @param dueAt when it is next to be looked at, unless something comes before
   */
  void release(SubscriptionKey key, UUID holder, Instant dueAt) {
    jdbc.update(
        "update collector set holder = null, held_until = null, due_at = case when due_at is not"
            + " null then least(due_at, ?) end"
            + OWN,
        at(dueAt),
        key.organization().uuid(),
        key.subscription().uuid(),
        holder);
  }

  /**
   * How a collector does, for its organisation.
   *
   * @param activity {@code null} until it is known where that began
   */
  record Standing(
      long ledger,
      @Nullable Long activity,
      long sent,
      int failures,
      @Nullable Instant restsUntil,
      @Nullable Instant deliveredAt,
      @Nullable Instant failedAt,
      @Nullable Integer status,
      @Nullable String error) {}

  Optional<Standing> standing(SubscriptionKey key) {
    return jdbc
        .query(
            "select * from collector where organization = ? and subscription = ?",
            (row, number) ->
                new Standing(
                    row.getLong("ledger"),
                    row.getObject("activity", Long.class),
                    row.getLong("sent"),
                    row.getInt("failures"),
                    instant(row, "rests_until"),
                    instant(row, "delivered_at"),
                    instant(row, "failed_at"),
                    row.getObject("status", Integer.class),
                    row.getString("error")),
            key.organization().uuid(),
            key.subscription().uuid())
        .stream()
        .findFirst();
  }

  /**
   * Has it go on from other positions at once, however it did so far.
   *
   * @param ledger the last position that counts as taken; {@code null} to leave it, as of activity
   */
  void set(SubscriptionKey key, @Nullable Long ledger, @Nullable Long activity, Instant now) {
    jdbc.update(
        "update collector set ledger = coalesce(?::bigint, ledger), activity = coalesce(?::bigint,"
            + " activity), failures = 0, rests_until = null, news_at = ?, due_at = case when due_at"
            + " is not null then ?::timestamptz end where organization = ? and subscription = ?",
        ledger,
        activity,
        at(now),
        at(now),
        key.organization().uuid(),
        key.subscription().uuid());
  }

  /** Since when something is due that no replica has taken up; {@code null} where nothing is. */
  @Nullable Instant overdueSince(Instant now) {
    OffsetDateTime since =
        jdbc.queryForObject(
            "select min(greatest(c.due_at, c.rests_until)) from"
                + SENT_TO
                + " and c.due_at <= ? and (c.rests_until is null or c.rests_until <= ?) and"
                + " (c.held_until is null or c.held_until < clock_timestamp())",
            OffsetDateTime.class,
            at(now),
            at(now));
    return since == null ? null : since.toInstant();
  }

  /** How many have failed several times in a row. */
  long failing(int times) {
    Long found =
        jdbc.queryForObject(
            "select count(*) from" + SENT_TO + " and c.failures >= ?", Long.class, times);
    return found == null ? 0 : found;
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
