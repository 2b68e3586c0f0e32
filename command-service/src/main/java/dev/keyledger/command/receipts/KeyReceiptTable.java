package dev.keyledger.command.receipts;

import dev.keyledger.command.ledger.BesideEvents;
import dev.keyledger.command.ledger.Outcome;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.receipts.Receipt;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Receipts of keys' last ends: a row shares the fate of the event that it is of, so that none is
 * missing whoever dies when.
 */
@Component
final class KeyReceiptTable implements BesideEvents {
  private static final String COLUMNS =
      "r.organization, r.key, r.position, r.followers, r.decided_at, r.in_force_at, r.consumers, r.looked,"
          + " r.in_force_at IS NOT NULL AND r.look_at IS NULL";

  /** For how long nobody else looks at what one looks at. */
  private static final Duration CLAIM = Duration.ofSeconds(30);

  /** Rows that come into force by one statement. */
  static final int AT_ONCE = 100;

  private record Consumers(List<Receipt.Consumer> consumers) {}

  /**
   * What isn't in force yet of an organisation: whatever is by its newest end.
   *
   * @param toldAt up to where those who follow are waited for; {@code null} where they are not
   */
  record Pending(OrganizationId organization, long position, @Nullable Long toldAt) {}

  private final JdbcClient jdbc;
  private final ThreadLocal<Boolean> begun = ThreadLocal.withInitial(() -> false);

  KeyReceiptTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void write(OrganizationCommand command, Outcome outcome) {
    Map<String, Long> ended = new LinkedHashMap<>();
    long position = outcome.position() - outcome.events().size();
    for (OrganizationEvent event : outcome.events()) {
      position++;
      KeyId key = endedBy(event, command);
      if (key != null) {
        ended.put(key.value(), position);
      }
    }
    if (!ended.isEmpty()) {
      begin(command, ended, outcome.awaitedAtFollowers() != null);
      begun.set(true);
    }
  }

  /** What is answered with a receipt, or would be. */
  private static @Nullable KeyId endedBy(OrganizationEvent event, OrganizationCommand command) {
    if (event instanceof KeyRevoked e) {
      return e.key();
    }
    // The end that a key gets which had expired before it was revoked. One that expires by itself
    // is refused by the clock, whoever has heard of it.
    if (event instanceof KeyExpired e) {
      return command instanceof RevokeKey ? e.key() : null;
    }
    return event instanceof KeySuspended e ? e.key() : null;
  }

  private void begin(OrganizationCommand command, Map<String, Long> ended, boolean followers) {
    jdbc.sql(
            """
            INSERT INTO key_receipt (organization, key, position, followers, decided_at)
            SELECT :organization, key, position, :followers, :at
            FROM unnest(:keys::text[], :positions::bigint[]) AS ended (key, position)
            ON CONFLICT (organization, key) DO UPDATE
            SET position = excluded.position, followers = excluded.followers, decided_at = excluded.decided_at,
              in_force_at = NULL, consumers = NULL, look_at = NULL, looked = false
            """)
        .param("organization", command.organization().value())
        .param("followers", followers)
        .param("at", Timestamp.from(command.context().at()))
        .param("keys", ended.keySet().toArray(String[]::new))
        .param("positions", ended.values().toArray(Long[]::new))
        .update();
  }

  /** Whether this thread's command has begun any; its transaction is over by then. */
  boolean takeBegun() {
    boolean any = begun.get();
    begun.remove();
    return any;
  }

  /** Of so many organisations at most, those first that have waited for the longest. */
  List<Pending> pending(int atMost) {
    return jdbc.sql(
            """
            SELECT organization, max(position), max(position) FILTER (WHERE followers)
            FROM key_receipt WHERE in_force_at IS NULL
            GROUP BY organization ORDER BY bool_or(followers), min(decided_at) LIMIT ?
            """)
        .param(atMost)
        .query((row, n) ->
            new Pending(
                new OrganizationId(row.getString(1)), row.getLong(2), row.getObject(3, Long.class)))
        .list();
  }

  /**
   * Whatever has ended up to a position is in force. Of two that say so the first one counts. The
   * newest come first, and no more than {@value #AT_ONCE} at once: each gets all the consumers.
   *
   * @param toldAt up to where those who follow were waited for; {@code null} where they were not
   * @param again after which it is looked at for who was heard of only since
   * @return when each that came into force by this was decided
   */
  List<Instant> inForce(
      OrganizationId organization,
      long position,
      @Nullable Long toldAt,
      Receipt by,
      Duration again) {
    Instant at = by.inForceAt();
    if (at == null) {
      return List.of();
    }
    return jdbc.sql(
            """
            UPDATE key_receipt
            SET in_force_at = :at, consumers = :consumers,
              look_at = clock_timestamp() + make_interval(secs => :again)
            WHERE ctid = ANY (ARRAY(
              SELECT ctid FROM key_receipt
              WHERE organization = :organization AND position <= :position AND in_force_at IS NULL
                AND (NOT followers OR position <= :toldAt)
              ORDER BY position DESC LIMIT :atOnce FOR UPDATE))
            RETURNING decided_at
            """)
        .param("at", Timestamp.from(at))
        .param("consumers", EventCodec.encode(new Consumers(KeptReceipt.named(by))))
        .param("again", again.toSeconds())
        .param("atOnce", AT_ONCE)
        .param("organization", organization.value())
        .param("position", position)
        .param("toldAt", toldAt == null ? -1 : toldAt)
        .query((row, n) -> row.getTimestamp(1).toInstant())
        .list();
  }

  /** Those that are to be looked at and that no other replica looks at. */
  List<KeptReceipt> claim(int atMost) {
    return jdbc.sql(
            """
            UPDATE key_receipt r SET look_at = clock_timestamp() + make_interval(secs => ?)
            FROM (
              SELECT organization, key FROM key_receipt WHERE look_at <= clock_timestamp()
              ORDER BY look_at LIMIT ? FOR UPDATE SKIP LOCKED
            ) due
            WHERE r.organization = due.organization AND r.key = due.key
            RETURNING
            """
                + COLUMNS)
        .params(CLAIM.toSeconds(), atMost)
        .query(KeyReceiptTable::kept)
        .list();
  }

  /**
   * What is known by a look, unless the key has ended once more since.
   *
   * @param next when it is looked at again; {@code null} where nothing is to come
   */
  void looked(KeptReceipt known, @Nullable Instant next) {
    jdbc.sql(
            """
            UPDATE key_receipt SET consumers = :consumers, looked = true, look_at = :next
            WHERE organization = :organization AND key = :key AND position = :position
            """)
        .param("consumers", EventCodec.encode(new Consumers(known.consumers())))
        .param("next", next == null ? null : Timestamp.from(next))
        .param("organization", known.organization().value())
        .param("key", known.key().value())
        .param("position", known.position())
        .update();
  }

  Optional<KeptReceipt> find(OrganizationId organization, KeyId key) {
    return jdbc.sql("SELECT " + COLUMNS + " FROM key_receipt r WHERE organization = ? AND key = ?")
        .params(organization.value(), key.value())
        .query(KeyReceiptTable::kept)
        .optional();
  }

  /** Those of before an instant; returns how many of them there were, {@code atMost} at most. */
  int forget(Instant before, int atMost) {
    return jdbc.sql(
            """
            DELETE FROM key_receipt WHERE (organization, key) IN (
              SELECT organization, key FROM key_receipt WHERE decided_at < ?
              ORDER BY decided_at LIMIT ? FOR UPDATE SKIP LOCKED)
            """)
        .params(Timestamp.from(before), atMost)
        .update();
  }

  private static KeptReceipt kept(ResultSet row, int number) throws SQLException {
    Timestamp inForceAt = row.getTimestamp(6);
    byte[] consumers = row.getBytes(7);
    return new KeptReceipt(
        new OrganizationId(row.getString(1)),
        new KeyId(row.getString(2)),
        row.getLong(3),
        row.getBoolean(4),
        row.getTimestamp(5).toInstant(),
        inForceAt == null ? null : inForceAt.toInstant(),
        consumers == null ? List.of() : EventCodec.decode(consumers, Consumers.class).consumers(),
        row.getBoolean(8),
        row.getBoolean(9));
  }
}
