package dev.keyledger.command.relay;

import dev.keyledger.events.EventCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * How far each organisation was published, as one leader keeps it in PostgreSQL: exact at the token
 * that it names, and a moment behind Kafka's. It is what an organisation's next event is compared
 * with when nothing else is known of it, and it outlives Kafka.
 */
final class PublishedPositions {
  private static final Logger log = LoggerFactory.getLogger(PublishedPositions.class);

  private final DataSource source;
  private final long epoch;
  private final boolean kafkaWasSetBack;
  private final Map<String, Long> unsaved = new HashMap<>();

  private PublishedPositions(DataSource source, long epoch, boolean kafkaWasSetBack) {
    this.source = source;
    this.epoch = epoch;
    this.kafkaWasSetBack = kafkaWasSetBack;
  }

  /**
   * Takes the next epoch, and draws level with what Kafka has committed.
   *
   * @param committed the token that Kafka has, read after the predecessor was fenced
   */
  static PublishedPositions begin(DataSource source, RelayToken committed) {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        long epoch;
        RelayToken saved;
        try (PreparedStatement statement =
                connection.prepareStatement(
                    "UPDATE relay_checkpoint SET epoch = epoch + 1 RETURNING epoch, token");
            ResultSet row = statement.executeQuery()) {
          row.next();
          epoch = row.getLong(1);
          saved = token(row.getBytes(2));
        }
        boolean setBack = !committed.coversAllOf(saved);
        if (setBack) {
          log.error(
              "Kafka has what was published up to index {} only, but it was up to {}: it was set"
                  + " back or emptied, and what it lacks is published again",
              committed.index(),
              saved.index());
          execute(connection, "DELETE FROM published_position");
          count(connection, committed, RelayToken.START);
        } else {
          count(connection, committed, saved);
        }
        capAtHeld(connection, committed);
        saveToken(connection, committed, epoch);
        connection.commit();
        return new PublishedPositions(source, epoch, setBack);
      } catch (SQLException | RuntimeException | Error e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("What was published could not be read", e);
    }
  }

  /** Whether Kafka had less than was known to be published when this began. */
  boolean kafkaWasSetBack() {
    return kafkaWasSetBack;
  }

  /** The last position that was published; -1 for none. */
  long of(String organization) {
    Long known = unsaved.get(organization);
    return known != null ? known : read(source, organization).orElse(-1);
  }

  static OptionalLong read(DataSource source, String organization) {
    try (Connection connection = source.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT position FROM published_position WHERE organization = ?")) {
      statement.setString(1, organization);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
      }
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("What was published could not be read", e);
    }
  }

  /** To be called once Kafka has committed the position. */
  void published(String organization, long position) {
    unsaved.put(organization, position);
  }

  int unsaved() {
    return unsaved.size();
  }

  /**
   * @param committed the token with which all positions so far were committed
   * @return {@code false} when another leader has begun
   */
  boolean save(RelayToken committed) {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        if (!saveToken(connection, committed, epoch)) {
          connection.rollback();
          return false;
        }
        try (PreparedStatement statement =
            connection.prepareStatement(
                """
                INSERT INTO published_position (organization, position)
                SELECT * FROM unnest(?, ?)
                ON CONFLICT (organization) DO UPDATE SET position = excluded.position
                """)) {
          var organizations = unsaved.keySet().toArray(new String[0]);
          var positions = new Long[organizations.length];
          for (int i = 0; i < organizations.length; i++) {
            positions[i] = unsaved.get(organizations[i]);
          }
          statement.setArray(1, connection.createArrayOf("text", organizations));
          statement.setArray(2, connection.createArrayOf("bigint", positions));
          statement.executeUpdate();
        }
        connection.commit();
        unsaved.clear();
        return true;
      } catch (SQLException | RuntimeException | Error e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("What was published could not be saved", e);
    }
  }

  private static boolean saveToken(Connection connection, RelayToken token, long epoch)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("UPDATE relay_checkpoint SET token = ? WHERE epoch = ?")) {
      statement.setBytes(1, EventCodec.encode(token));
      statement.setLong(2, epoch);
      return statement.executeUpdate() == 1;
    }
  }

  private static RelayToken token(byte @Nullable [] saved) {
    return saved == null ? RelayToken.START : EventCodec.decode(saved, RelayToken.class);
  }

  /** What one token covers and the other does not. */
  private static void count(Connection connection, RelayToken now, RelayToken before)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            INSERT INTO published_position AS known (organization, position)
            SELECT organization, max(position) FROM event
            WHERE (global_index > ? AND global_index <= ? OR global_index = ANY (?)
                   OR organization = ANY (?) AND global_index <= ?)
              AND global_index <> ALL (?)
            GROUP BY organization
            ON CONFLICT (organization) DO UPDATE
            SET position = greatest(known.position, excluded.position)
            """)) {
      statement.setLong(1, before.index());
      statement.setLong(2, now.index());
      statement.setArray(3, JdbcLedgerLog.gapsOf(before, statement));
      statement.setArray(
          4, connection.createArrayOf("text", before.held().keySet().toArray(new String[0])));
      statement.setLong(5, now.index());
      statement.setArray(6, JdbcLedgerLog.gapsOf(now, statement));
      statement.executeUpdate();
    }
  }

  private static void capAtHeld(Connection connection, RelayToken committed) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            INSERT INTO published_position (organization, position) VALUES (?, ?)
            ON CONFLICT (organization) DO UPDATE SET position = excluded.position
            """)) {
      for (var held : committed.held().entrySet()) {
        statement.setString(1, held.getKey());
        statement.setLong(2, held.getValue().position() - 1);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.executeUpdate();
    }
  }
}
