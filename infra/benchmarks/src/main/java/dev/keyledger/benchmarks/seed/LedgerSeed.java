package dev.keyledger.benchmarks.seed;

import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.KeyId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The history of one organisation's keys, written straight to the ledger's table. */
public final class LedgerSeed {
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.000Z");
  private static final int BATCH = 5_000;

  private record Metadata(Actor actor, Origin origin) {}

  private final Ids ids;
  private final Connection connection;

  /**
   * @param connection as the role that runs command-service
   */
  public LedgerSeed(long seed, Connection connection) {
    this.ids = new Ids(seed);
    this.connection = connection;
  }

  /**
   * Creates keys and revokes all but the last few.
   *
   * @param from the organisation's next position
   * @return those that live on
   */
  public List<KeyId> keys(String organization, long from, int keys, int living) {
    var left = new ArrayList<KeyId>();
    var rows = new ArrayList<OrganizationEvent>();
    long next = from;
    for (int i = 0; i < keys; i++) {
      KeyId key = ids.key();
      rows.add(
          new KeyCreated(
              key,
              "deploy " + i,
              SeedPolicy.ENVIRONMENT,
              List.of(SeedPolicy.SCOPE),
              null,
              new IssuedSecret(SeedPolicy.PREFIX + "_a" + text(4), text(32), AT),
              null,
              AT));
      if (i < keys - living) {
        rows.add(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, "retired", AT));
      } else {
        left.add(key);
      }
      if (rows.size() >= BATCH || i == keys - 1) {
        insert(organization, next, rows);
        next += rows.size();
        rows.clear();
      }
    }
    return left;
  }

  private String text(int bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(ids.bytes(bytes));
  }

  private void insert(String organization, long from, List<OrganizationEvent> events) {
    var positions = new Long[events.size()];
    var names = new String[events.size()];
    var types = new String[events.size()];
    var payloads = new byte[events.size()][];
    for (int i = 0; i < events.size(); i++) {
      positions[i] = from + i;
      names[i] = ids.event().value();
      types[i] = EventTypes.nameOf(events.get(i));
      payloads[i] = EventCodec.encodePayload(events.get(i));
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            INSERT INTO command.event
              (organization, position, id, aggregate_type, recorded_at, type, payload, metadata)
            SELECT ?, position, id, 'Organization', ?, type, payload, ?
            FROM unnest(?, ?, ?, ?) AS row (position, id, type, payload)
            """)) {
      statement.setString(1, organization);
      statement.setString(2, AT.toString());
      statement.setBytes(3, EventCodec.encode(new Metadata(Actor.SYSTEM, Origin.NONE)));
      statement.setArray(4, connection.createArrayOf("bigint", positions));
      statement.setArray(5, connection.createArrayOf("text", names));
      statement.setArray(6, connection.createArrayOf("text", types));
      statement.setArray(7, connection.createArrayOf("bytea", payloads));
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("the ledger could not be written", e);
    }
  }
}
