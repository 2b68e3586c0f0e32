package dev.keyledger.delivery.sending;

import dev.keyledger.delivery.set.SecurityEvent;
import dev.keyledger.delivery.subscription.Attempt;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.subscription.SubscriptionState;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.SubscriptionRecord;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.type.TypeReference;

/**
 * Who sends to whom, and what came of it. A subscription is one courier's at a time: leases go by
 * the database's clock alone, all else by times that are handed in.
 */
@Component
final class CourierTable {
  private static final TypeReference<List<Attempt>> ATTEMPTS = new TypeReference<>() {};

  /** Attempts that are kept of a message. */
  private static final int KEPT = 20;

  private static final String RECEIVER =
      "select s.standing, s.state, s.failures, s.rests_until, s.secret_position, k.position, k.record from"
          + " subscription s left join secrets k using (organization, subscription)";

  private static final UUID FIRST = new UUID(0, 0);

  private static final String OWN = " where organization = ? and subscription = ? and holder = ?";

  private static final String UPDATES = " and type = '" + SecurityEvent.STREAM_UPDATED + "'";

  private static final String PENDING =
      " where organization = ? and subscription = ? and position = ? and status = 'pending'";

  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;

  CourierTable(JdbcTemplate jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  /**
   * Takes subscriptions of which something is due and that nobody has. One whose secrets haven't
   * come yet isn't taken: those of before would be signatures that the receiver may take no more.
   * Nor is one that has none, since it was removed, before the event comes that says so.
   */
  List<SubscriptionKey> claim(UUID holder, Duration lease, Instant now, int atMost) {
    return jdbc.query(
        "update subscription s set holder = ?, held_until = clock_timestamp() + ? * interval '1"
            + " millisecond' from (select d.organization, d.subscription from subscription d join"
            + " secrets k using (organization, subscription) where due_at <= ? and (standing ="
            + " 'active' or announces) and not gone and not polled and k.usable and k.position >= d.secret_position and"
            + " (rests_until is null or rests_until <= ?) and (held_until is null or held_until < clock_timestamp())"
            + " order by due_at limit ? for update of d skip locked) due where s.organization ="
            + " due.organization and s.subscription = due.subscription returning s.organization,"
            + " s.subscription",
        (row, number) ->
            new SubscriptionKey(
                OrganizationId.of(row.getObject(1, UUID.class)),
                SubscriptionId.of(row.getObject(2, UUID.class))),
        holder,
        lease.toMillis(),
        at(now),
        at(now),
        atMost);
  }

  /** Whether it is still the holder's, for as long again. */
  boolean renew(SubscriptionKey key, UUID holder, Duration lease) {
    return jdbc.update(
            "update subscription set held_until = clock_timestamp() + ? * interval '1 millisecond'"
                + OWN,
            lease.toMillis(),
            key.organization().uuid(),
            key.subscription().uuid(),
            holder)
        > 0;
  }

  /** The subscription as it stands now; empty where nothing is to be sent by this holder. */
  Optional<Receiver> receiver(SubscriptionKey key, UUID holder) {
    return jdbc
        .query(
            RECEIVER
                + OWN
                + " and (standing = 'active' or announces) and standing <> 'removed' and not gone and"
                + " not polled",
            (row, number) -> receiver(key, row),
            key.organization().uuid(),
            key.subscription().uuid(),
            holder)
        .stream()
        .findFirst();
  }

  /** Whoever sends to it, and whether anybody does. */
  Optional<Receiver> receiverOfTests(SubscriptionKey key) {
    return jdbc
        .query(
            RECEIVER + " where organization = ? and subscription = ? and standing <> 'removed'",
            (row, number) -> receiver(key, row),
            key.organization().uuid(),
            key.subscription().uuid())
        .stream()
        .findFirst();
  }

  private static Receiver receiver(SubscriptionKey key, ResultSet row) throws SQLException {
    byte[] bytes = row.getBytes("record");
    boolean areThere = bytes != null && row.getLong("position") >= row.getLong("secret_position");
    OffsetDateTime rests = row.getObject("rests_until", OffsetDateTime.class);
    SubscriptionState state = state(row);
    SubscriptionRecord record =
        areThere ? EventCodec.decode(bytes, SubscriptionRecord.class) : null;
    return new Receiver(
        key,
        state,
        row.getString("standing").equals("active"),
        row.getInt("failures"),
        rests == null ? null : rests.toInstant(),
        record == null || !isFor(state, record) ? List.of() : record.secrets());
  }

  /** What one receiver is shown is no other's to see: the two topics are read apart. */
  private static boolean isFor(SubscriptionState state, SubscriptionRecord record) {
    return !state.streams() || record.url().equals(state.url());
  }

  private static SubscriptionState state(ResultSet row) throws SQLException {
    return EventCodec.decode(
        row.getString("state").getBytes(StandardCharsets.UTF_8), SubscriptionState.class);
  }

  /**
   * Those whose receiver is gone, of which the ledger doesn't know yet.
   *
   * @param behind whom they begin; {@code null} for the first
   */
  List<SubscriptionKey> gone(@Nullable SubscriptionKey behind, int atMost) {
    return jdbc.query(
        "select organization, subscription from subscription where gone and not gone_told and"
            + " standing = 'active' and (organization, subscription) > (?, ?) order by organization,"
            + " subscription limit ?",
        (row, number) ->
            new SubscriptionKey(
                OrganizationId.of(row.getObject(1, UUID.class)),
                SubscriptionId.of(row.getObject(2, UUID.class))),
        behind == null ? FIRST : behind.organization().uuid(),
        behind == null ? FIRST : behind.subscription().uuid(),
        atMost);
  }

  /**
   * Those whose time has come, by position, but for those that are under way.
   *
   * @param all or, while it is paused, only what is told of that
   */
  List<DueMessage> due(
      SubscriptionKey key, boolean all, Instant now, Collection<Long> underWay, int atMost) {
    return due(key, all, now, underWay, "position", atMost);
  }

  /**
   * The one by which it is seen whether the receiver is back: of those whose time has come one that
   * failed least. What it refuses whenever it comes would keep it closed to all else.
   */
  List<DueMessage> probe(SubscriptionKey key, boolean all, Instant now, Collection<Long> underWay) {
    return due(key, all, now, underWay, "tries - tries_before, position", 1);
  }

  private List<DueMessage> due(
      SubscriptionKey key,
      boolean all,
      Instant now,
      Collection<Long> underWay,
      String order,
      int atMost) {
    return jdbc.query(
        "select position, queued_at, tries, tries_before, attempts, body from message where"
            + " organization = ? and subscription = ? and status = 'pending' and next_attempt_at"
            + " <= ? and position <> all (?)"
            + (all ? "" : UPDATES)
            + " order by "
            + order
            + " limit ?",
        (row, number) ->
            new DueMessage(
                row.getLong("position"),
                row.getObject("queued_at", OffsetDateTime.class).toInstant(),
                row.getInt("tries"),
                row.getInt("tries_before"),
                EventCodec.mapper().readValue(row.getString("attempts"), ATTEMPTS),
                row.getBytes("body")),
        key.organization().uuid(),
        key.subscription().uuid(),
        at(now),
        underWay.toArray(Long[]::new),
        atMost);
  }

  /**
   * That a message was taken is kept whoever has the subscription by now; all else is said by its
   * holder alone.
   *
   * @param reopened whether the receiver is left alone no longer; what failed keeps its own time
   */
  void delivered(
      SubscriptionKey key, UUID holder, DueMessage message, Attempt attempt, boolean reopened) {
    transactions.executeWithoutResult(status -> {
      jdbc.update(
          "update subscription set failures = 0, unsigned_at = null, rests_until = case when ? then"
              + " null else rests_until end"
              + OWN,
          reopened,
          key.organization().uuid(),
          key.subscription().uuid(),
          holder);
      settle(key, message, attempt, "delivered", null);
    });
  }

  /**
   * How often a receiver failed in a row.
   *
   * @param before as its courier knew it: where it is less by now, it was to begin anew meanwhile
   * @param withThis and once more
   * @param restsUntil until when nothing is sent at all; {@code null} where that is as it was
   */
  record InARow(int before, int withThis, @Nullable Instant restsUntil) {}

  /**
   * Keeps what the holder of the subscription says of it; of another one, nothing.
   *
   * @param nextAttempt {@code null} for none: it is dead
   */
  void failed(
      SubscriptionKey key,
      UUID holder,
      DueMessage message,
      Attempt attempt,
      InARow failures,
      @Nullable Instant nextAttempt) {
    transactions.executeWithoutResult(status -> {
      int own =
          jdbc.update(
              "update subscription set unsigned_at = null, failures = case when failures < ? then"
                  + " failures + 1 else ? end, rests_until = case when failures < ? then rests_until"
                  + " else greatest(rests_until, ?::timestamptz) end"
                  + OWN,
              failures.before(),
              failures.withThis(),
              failures.before(),
              failures.restsUntil() == null ? null : at(failures.restsUntil()),
              key.organization().uuid(),
              key.subscription().uuid(),
              holder);
      if (own > 0) {
        settle(key, message, attempt, nextAttempt == null ? "dead" : "pending", nextAttempt);
      }
    });
  }

  /**
   * Stops sending until the ledger says that it goes on; the message waits. Of another one than the
   * holder of the subscription, nothing is kept, and where it has come to be sent to another URL it
   * goes there.
   *
   * @param url of the receiver that says so
   */
  void gone(SubscriptionKey key, UUID holder, String url, DueMessage message, Attempt attempt) {
    transactions.executeWithoutResult(status -> {
      List<SubscriptionState> own =
          jdbc.query(
              "select state from subscription" + OWN + " for update",
              (row, number) -> state(row),
              key.organization().uuid(),
              key.subscription().uuid(),
              holder);
      if (own.isEmpty()) {
        return;
      }
      if (own.getFirst().url().equals(url)) {
        jdbc.update(
            "update subscription set gone = true, gone_told = false" + OWN,
            key.organization().uuid(),
            key.subscription().uuid(),
            holder);
      }
      settle(key, message, attempt, "pending", attempt.at());
    });
  }

  /** The ledger knows: told again, it would undo what a member does meanwhile. */
  void goneIsTold(SubscriptionKey key) {
    jdbc.update(
        "update subscription set gone_told = true where organization = ? and subscription = ? and"
            + " gone",
        key.organization().uuid(),
        key.subscription().uuid());
  }

  /** A message that couldn't be signed here waits; that it couldn't is an alarm. */
  void unsigned(SubscriptionKey key, UUID holder, DueMessage message, Instant at, Instant next) {
    jdbc.update(
        "update subscription set unsigned_at = ?" + OWN,
        at(at),
        key.organization().uuid(),
        key.subscription().uuid(),
        holder);
    putBack(key, message, next);
  }

  /** A message that wasn't tried waits, as if nothing had been. */
  void putBack(SubscriptionKey key, DueMessage message, Instant nextAttempt) {
    jdbc.update(
        "update message set next_attempt_at = ?" + PENDING + " and queued_at = ?",
        at(nextAttempt),
        key.organization().uuid(),
        key.subscription().uuid(),
        message.position(),
        at(message.queuedAt()));
  }

  /**
   * Of one that was queued anew while it was under way, only that it was tried once more, unless it
   * was taken.
   */
  private void settle(
      SubscriptionKey key,
      DueMessage message,
      Attempt attempt,
      String status,
      @Nullable Instant nextAttempt) {
    var kept = new ArrayList<>(message.attempts());
    kept.add(attempt);
    int tries = message.tries() + 1;
    String attempts =
        EventCodec.mapper()
            .writeValueAsString(kept.subList(Math.max(0, kept.size() - KEPT), kept.size()));
    int settled =
        jdbc.update(
            "update message set tries = ?, attempts = ?, status = ?, next_attempt_at = ?, settled_at"
                + " = ?"
                + PENDING
                + " and (queued_at = ? or ?)",
            tries,
            attempts,
            status,
            nextAttempt == null ? null : at(nextAttempt),
            nextAttempt == null ? at(attempt.at()) : null,
            key.organization().uuid(),
            key.subscription().uuid(),
            message.position(),
            at(message.queuedAt()),
            status.equals("delivered"));
    if (settled == 0) {
      jdbc.update(
          "update message set tries = ?, attempts = ?" + PENDING,
          tries,
          attempts,
          key.organization().uuid(),
          key.subscription().uuid(),
          message.position());
    }
  }

  /**
   * Gives a subscription back, and says when it is next to be looked at. What comes in meanwhile
   * waits for the row, and brings that forward.
   *
   * @param notBefore when that is at the earliest; {@code null} for whenever something is due
   */
  void release(SubscriptionKey key, UUID holder, @Nullable Instant notBefore) {
    transactions.executeWithoutResult(status -> {
      int own =
          jdbc.update(
              "update subscription set holder = null, held_until = null" + OWN,
              key.organization().uuid(),
              key.subscription().uuid(),
              holder);
      if (own > 0) {
        jdbc.update(
            "update subscription s set announces = announces and exists (select from message m"
                + " where m.organization = s.organization and m.subscription = s.subscription and"
                + " m.status = 'pending' and m.type = '"
                + SecurityEvent.STREAM_UPDATED
                + "'), due_at = (select greatest(m.next_attempt_at,"
                + " ?::timestamptz) from message m where not s.polled and (s.standing = 'active' or m.type = ?) and m.organization = s.organization and"
                + " m.subscription = s.subscription and m.status = 'pending' order by"
                + " m.next_attempt_at limit 1) where organization = ? and subscription = ?",
            notBefore == null ? null : at(notBefore),
            SecurityEvent.STREAM_UPDATED,
            key.organization().uuid(),
            key.subscription().uuid());
      }
    });
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
