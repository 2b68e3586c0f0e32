package dev.keyledger.benchmarks.ceiling;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** What a page of history can't be faster than: its rows, by the key of their table. */
public final class BarePage implements AutoCloseable {
  private final PreparedStatement statement;

  /**
   * @param generation of the views
   */
  public BarePage(Connection connection, int generation) throws SQLException {
    statement =
        connection.prepareStatement(
            "select record from query.events_g"
                + generation
                + " where organization = ? and position <= ? order by position desc limit 51");
  }

  /**
   * @param position of the newest of its events
   * @return how many bytes there were
   */
  public long read(UUID organization, long position) {
    try {
      statement.setObject(1, organization);
      statement.setLong(2, position);
      long bytes = 0;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          bytes += rows.getBytes(1).length;
        }
      }
      return bytes;
    } catch (SQLException e) {
      throw new IllegalStateException("the rows can't be read", e);
    }
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
