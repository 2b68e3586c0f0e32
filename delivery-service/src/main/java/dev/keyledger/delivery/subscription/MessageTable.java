package dev.keyledger.delivery.subscription;

import static dev.keyledger.delivery.subscription.SubscriptionTable.at;

import dev.keyledger.delivery.set.SecurityEvent;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Messages, as they come in and as they go for good. */
@Component
public final class MessageTable {
  /**
   * What is to be done with one that is new.
   *
   * @param body {@code null} where it couldn't be sent again either
   * @param isTooOld to be sent by itself
   * @param ended position of the event by which a key ended that it tells of; {@code null} where it
   *     tells of something else, or so late that nobody asks any more
   * @param source the id of what happened, of which there is one message; {@code null} where its
   *     position says that
   */
  public record New(
      SubscriptionKey subscription,
      long position,
      @Nullable Long previous,
      String type,
      byte @Nullable [] body,
      boolean isTooOld,
      @Nullable String source,
      @Nullable Long ended) {
    public New(
        SubscriptionKey subscription,
        long position,
        @Nullable Long previous,
        String type,
        byte @Nullable [] body,
        boolean isTooOld) {
      this(subscription, position, previous, type, body, isTooOld, null, null);
    }
  }

  private final JdbcTemplate jdbc;

  MessageTable(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** What is there already stays as it is. Within a transaction. */
  public void add(List<New> messages, Instant now) {
    jdbc.batchUpdate(
        "insert into message (organization, subscription, position, previous, type, body, status,"
            + " queued_at, next_attempt_at, settled_at, source, ended) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on"
            + " conflict do nothing",
        messages,
        500,
        (statement, one) -> {
          statement.setObject(1, one.subscription().organization().uuid());
          statement.setObject(2, one.subscription().subscription().uuid());
          statement.setLong(3, one.position());
          statement.setObject(4, one.previous());
          statement.setString(5, one.type());
          statement.setBytes(6, one.body());
          statement.setString(7, one.isTooOld() ? "dead" : "pending");
          statement.setObject(8, at(now));
          statement.setObject(9, one.isTooOld() ? null : at(now));
          statement.setObject(10, one.isTooOld() ? at(now) : null);
          statement.setString(11, one.source());
          statement.setObject(12, one.ended());
        });
  }

  /**
   * Lets what waits of one subscription die, if it still takes nothing. That it takes nothing, its
   * receiver is told all the same, while it is there.
   *
   * @return how many
   */
  int endAll(SubscriptionKey subscription, Instant now, int atMost) {
    return jdbc.update(
        "update message set status = 'dead', next_attempt_at = null, settled_at = ? where ctid ="
            + " any (array(select ctid from message where organization = ? and subscription = ?"
            + " and status = 'pending' and exists (select from subscription s where s.organization ="
            + " message.organization and s.subscription = message.subscription and s.ending and"
            + " (s.standing = 'removed' or message.type <> '"
            + SecurityEvent.STREAM_UPDATED
            + "')) limit ? for update skip locked))",
        at(now),
        subscription.organization().uuid(),
        subscription.subscription().uuid(),
        atMost);
  }

  /**
   * Lets what has waited for too long die.
   *
   * @return how many
   */
  int endPending(Instant queuedBefore, Instant now, int atMost) {
    return jdbc.update(
        "update message set status = 'dead', next_attempt_at = null, settled_at = ? where ctid ="
            + " any (array(select ctid from message where status = 'pending' and queued_at < ?"
            + " limit ? for update skip locked))",
        at(now),
        at(queuedBefore),
        atMost);
  }

  int dropBodies(Instant deliveredBefore, int atMost) {
    return jdbc.update(
        "update message set body = null where ctid = any (array(select ctid from message where"
            + " status = 'delivered' and body is not null and settled_at < ? limit ? for update"
            + " skip locked))",
        at(deliveredBefore),
        atMost);
  }

  int forget(Instant settledBefore, int atMost) {
    return jdbc.update(
        "delete from message where ctid = any (array(select ctid from message where settled_at < ?"
            + " limit ? for update skip locked))",
        at(settledBefore),
        atMost);
  }
}
