package dev.keyledger.command.relay;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * What the relay takes for granted of whoever appends: that no transaction outlives the watch over
 * a gap, and that indexes are handed out in the order of asking. Refuses the start otherwise.
 */
final class AppendGuard {
  private AppendGuard() {}

  /**
   * @param appending the connections that append
   * @throws IllegalStateException with one sentence for the operator
   */
  static void check(DataSource appending, String table, String column, Duration gapTimeout) {
    try (Connection connection = appending.getConnection();
        Statement statement = connection.createStatement()) {
      Duration longest = transactionTimeout(statement);
      if (longest.isZero() || longest.multipliedBy(2).compareTo(gapTimeout) > 0) {
        throw new IllegalStateException(
            ("The database's transaction_timeout for command-service is %s, but it must be set, and"
                    + " at most half of keyledger.relay.gap-timeout (%s), or an event could be"
                    + " skipped.")
                .formatted(longest.isZero() ? "off" : longest, gapTimeout));
      }
      int cached = sequenceCache(statement, table, column);
      if (cached != 1) {
        throw new IllegalStateException(
            ("The sequence of %s.%s hands out %d indexes at once, but must hand out one, or an"
                    + " event could be skipped.")
                .formatted(table, column, cached));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("The event store's settings could not be read", e);
    }
  }

  private static Duration transactionTimeout(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT setting::bigint FROM pg_settings WHERE name = 'transaction_timeout'")) {
      if (!row.next()) {
        throw new IllegalStateException(
            "The database doesn't know transaction_timeout: the platform needs PostgreSQL 17 or"
                + " newer.");
      }
      return Duration.ofMillis(row.getLong(1));
    }
  }

  private static int sequenceCache(Statement statement, String table, String column)
      throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT seqcache FROM pg_sequence WHERE seqrelid = pg_get_serial_sequence('%s', '%s')::regclass"
                .formatted(table, column))) {
      if (!row.next()) {
        throw new IllegalStateException("%s.%s has no sequence.".formatted(table, column));
      }
      return row.getInt(1);
    }
  }
}
