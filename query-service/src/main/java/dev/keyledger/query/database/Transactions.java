package dev.keyledger.query.database;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Plain JDBC transactions: COPY needs the connection itself. */
public final class Transactions {
  public interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private Transactions() {}

  public static <T> T run(DataSource database, Work<T> work) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.on(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        try {
          connection.rollback();
        } catch (SQLException gone) {
          e.addSuppressed(gone);
        }
        throw e;
      } finally {
        restore(connection);
      }
    }
  }

  private static void restore(Connection connection) throws SQLException {
    if (!connection.isClosed()) {
      connection.setAutoCommit(true);
    }
  }
}
