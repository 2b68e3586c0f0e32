package dev.keyledger.command.relay;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Refuses the start when indexes are not handed out one by one: a session that keeps some in store
 * uses them long after higher ones were seen, when the relay waits for them no more.
 */
final class IndexGuard {
  private IndexGuard() {}

  /**
   * @throws IllegalStateException with one sentence for the operator
   */
  static void check(DataSource source) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT seqcache FROM pg_sequence
                WHERE seqrelid = pg_get_serial_sequence('event', 'global_index')::regclass
                """)) {
      if (!row.next() || row.getLong(1) != 1) {
        throw new IllegalStateException(
            "The sequence of event.global_index keeps numbers in store, but its cache must be 1, or"
                + " an event could be skipped.");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("The sequence of event.global_index could not be read", e);
    }
  }
}
