package dev.keyledger.command;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.infra.servers.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of the ledger as commands would have left them, written straight to the table: a history of
 * any length takes no longer than PostgreSQL takes to insert it.
 */
public final class LargeLedger {
  private static final int BATCH = 5_000;

  private record Metadata(Actor actor, Origin origin) {}

  private LargeLedger() {}

  /**
   * Keys that were created and, all but the last few, revoked.
   *
   * @param from the organisation's next position
   * @param creator whose they are
   * @param open how many of them live on
   * @return those that live on, and those that don't, in order
   */
  public static Keys write(
      Database database,
      String organization,
      long from,
      MemberId creator,
      int keys,
      int open,
      Instant at)
      throws SQLException {
    var ended = new ArrayList<KeyId>();
    var living = new ArrayList<KeyId>();
    var rows = new ArrayList<OrganizationEvent>();
    long next = from;
    try (Connection connection = database.as("keyledger_command")) {
      for (int i = 0; i < keys; i++) {
        KeyId key = KeyId.of(UuidCreator.getTimeOrderedEpoch());
        rows.add(created(key, i, creator, at));
        if (i < keys - open) {
          rows.add(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, at));
          ended.add(key);
        } else {
          living.add(key);
        }
        if (rows.size() >= BATCH || i == keys - 1) {
          insert(connection, organization, next, rows);
          next += rows.size();
          rows.clear();
        }
      }
    }
    return new Keys(List.copyOf(living), List.copyOf(ended), next);
  }

  /**
   * @param next the organisation's next position
   */
  public record Keys(List<KeyId> living, List<KeyId> ended, long next) {}

  private static KeyCreated created(KeyId key, int number, MemberId creator, Instant at) {
    String random = Integer.toString(number + 10_000_000, 36);
    return new KeyCreated(
        key,
        "key number " + number,
        "live",
        List.of("clients.read", "orders.read"),
        creator,
        new IssuedSecret("kl_live_" + random, "v".repeat(36) + random, at),
        null,
        at);
  }

  private static void insert(
      Connection connection, String organization, long from, List<OrganizationEvent> events)
      throws SQLException {
    var positions = new Long[events.size()];
    var ids = new String[events.size()];
    var types = new String[events.size()];
    var payloads = new byte[events.size()][];
    for (int i = 0; i < events.size(); i++) {
      positions[i] = from + i;
      ids[i] = EventId.PREFIX + UuidCreator.getTimeOrderedEpoch();
      types[i] = EventTypes.nameOf(events.get(i));
      payloads[i] = EventCodec.encodePayload(events.get(i));
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            INSERT INTO command.event
              (organization, position, id, aggregate_type, recorded_at, type, payload, metadata)
            SELECT ?, position, id, 'Organization', '2026-05-28T14:43:58.000Z', type, payload, ?
            FROM unnest(?, ?, ?, ?) AS row (position, id, type, payload)
            """)) {
      statement.setString(1, organization);
      statement.setBytes(2, EventCodec.encode(new Metadata(Actor.SYSTEM, Origin.NONE)));
      statement.setArray(3, connection.createArrayOf("bigint", positions));
      statement.setArray(4, connection.createArrayOf("text", ids));
      statement.setArray(5, connection.createArrayOf("text", types));
      statement.setArray(6, connection.createArrayOf("bytea", payloads));
      statement.executeUpdate();
    }
  }
}
