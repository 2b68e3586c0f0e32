package dev.keyledger.command.relay;

import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.kafka.TopicMark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * How far each organisation was published, as one leader keeps it in PostgreSQL: exact at the token
 * that it names, and a moment behind Kafka's. It is what an organisation's next event is compared
 * with when nothing else is known of it, and it outlives Kafka. Beside it stands which topics were
 * written, and how far they had come.
 */
final class PublishedPositions {
  private final DataSource source;
  private final long epoch;
  private final Map<String, Long> unsaved = new HashMap<>();

  /**
   * What the last leader saved.
   *
   * @param token {@link RelayToken#START} where nothing was published yet
   * @param topics by name; empty where a release of before saved it
   */
  record Saved(RelayToken token, Map<String, TopicMark> topics) {}

  private record Topics(Map<String, TopicMark> marks) {}

  private PublishedPositions(DataSource source, long epoch) {
    this.source = source;
    this.epoch = epoch;
  }

  static Saved saved(DataSource source) {
    try (Connection connection = source.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("SELECT token, topics FROM relay_checkpoint");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return saved(row.getBytes(1), row.getBytes(2));
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("What was published could not be read", e);
    }
  }

  /** As of which the positions hold, in the connection's snapshot. */
  static RelayToken savedToken(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT token FROM relay_checkpoint");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return saved(row.getBytes(1), null).token();
    }
  }

  private static Saved saved(byte @Nullable [] token, byte @Nullable [] topics) {
    return new Saved(
        token == null ? RelayToken.START : EventCodec.decode(token, RelayToken.class),
        topics == null ? Map.of() : EventCodec.decode(topics, Topics.class).marks());
  }

  /**
   * Takes the next epoch, and draws level with what the topics hold.
   *
   * @param token with which this leader begins: what Kafka has committed, or an earlier one from
   *     which it is filled again
   */
  static PublishedPositions begin(
      DataSource source, RelayToken token, Map<String, TopicMark> topics) {
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
          saved = saved(row.getBytes(2), null).token();
        }
        if (token.coversAllOf(saved)) {
          count(connection, token, saved);
        } else {
          execute(connection, "DELETE FROM published_position");
          count(connection, token, RelayToken.START);
        }
        capAtHeld(connection, token);
        saveToken(connection, token, topics, epoch);
        connection.commit();
        return new PublishedPositions(source, epoch);
      } catch (SQLException | RuntimeException | Error e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("What was published could not be read", e);
    }
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
   * @param topics with how far they came by it
   * @return {@code false} when another leader has begun
   */
  boolean save(RelayToken committed, Map<String, TopicMark> topics) {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        if (!saveToken(connection, committed, topics, epoch)) {
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

  private static boolean saveToken(
      Connection connection, RelayToken token, Map<String, TopicMark> topics, long epoch)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE relay_checkpoint SET token = ?, topics = ? WHERE epoch = ?")) {
      statement.setBytes(1, EventCodec.encode(token));
      statement.setBytes(2, EventCodec.encode(new Topics(topics)));
      statement.setLong(3, epoch);
      return statement.executeUpdate() == 1;
    }
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
