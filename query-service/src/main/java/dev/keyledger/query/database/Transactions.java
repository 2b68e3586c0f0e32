package dev.keyledger.query.database;

import dev.keyledger.kit.database.PostgresExceptionTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.stereotype.Component;

/**
 * Transactions over plain JDBC: COPY needs the connection itself. What fails is told by Spring's
 * {@link DataAccessException}s, so that a caller asks for a kind of failure and for no SQL state.
 */
@Component
public final class Transactions {
  /** What is done in a transaction. */
  @FunctionalInterface
  public interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private final DataSource database;
  private final SQLExceptionTranslator translator = new PostgresExceptionTranslator();

  Transactions(DataSource database) {
    this.database = database;
  }

  /**
   * Commits what the work did, or rolls all of it back when it throws.
   *
   * @throws DataAccessException when PostgreSQL refuses or can't be asked
   */
  public <T> T run(Work<T> work) {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.on(connection);
        connection.commit();
        return result;
      } catch (Throwable e) {
        // Whatever it was, an Error too, half of the work must not be committed.
        try {
          connection.rollback();
        } catch (SQLException gone) {
          e.addSuppressed(gone);
        }
        throw e;
      }
      // The pool turns auto-commit on again, behind a rollback where the end isn't known: turned on
      // here it would commit what stands open.
    } catch (SQLException e) {
      throw translated(e);
    }
  }

  /**
   * As {@link #run}, with statements that may keep silent for as long as they take, such as those
   * that make indexes. What ends the waiting is that PostgreSQL's machine no longer answers, which
   * {@link KeepAliveSockets} finds out within a minute.
   *
   * @throws DataAccessException when PostgreSQL refuses or can't be asked
   */
  public <T> T runLong(Work<T> work) {
    return run(connection -> {
      // The pool puts the time-out back when it gets the connection back.
      connection.setNetworkTimeout(Runnable::run, 0);
      return work.on(connection);
    });
  }

  /**
   * Does a part of a transaction behind a savepoint: when it throws, its own work is undone and the
   * rest can still be committed.
   *
   * @throws DataAccessException when PostgreSQL refuses or can't be asked
   */
  public <T> T runPart(Connection connection, Work<T> part) {
    try {
      Savepoint before = connection.setSavepoint();
      try {
        T result = part.on(connection);
        connection.releaseSavepoint(before);
        return result;
      } catch (SQLException | RuntimeException e) {
        try {
          connection.rollback(before);
        } catch (SQLException gone) {
          e.addSuppressed(gone);
        }
        throw e;
      }
    } catch (SQLException e) {
      throw translated(e);
    }
  }

  private DataAccessException translated(SQLException e) {
    DataAccessException translated = translator.translate("transaction", null, e);
    return translated != null ? translated : new UncategorizedSQLException("transaction", null, e);
  }
}
