package dev.keyledger.kit.database;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;

/**
 * Spring's own, with those failures of this database and this pool that it doesn't know: the one
 * place in which a service of ours reads an SQL state.
 */
public final class PostgresExceptionTranslator extends SQLExceptionSubclassTranslator {
  /** A transaction that PostgreSQL ended: it or its client took too long. */
  private static final String TRANSACTION_ENDED = "25P";

  /** A server that takes no writes: on purpose, or a standby that the address leads to. */
  private static final String READ_ONLY = "25006";

  /** A row or a table that another transaction kept for too long. */
  private static final String LOCKED = "55P03";

  /** HikariCP of a connection that it took away since it broke; it gives no state. */
  private static final String TAKEN_AWAY = "Connection is closed";

  @Override
  protected @Nullable DataAccessException doTranslate(
      String task, @Nullable String sql, SQLException e) {
    String state = e.getSQLState();
    if (state == null && TAKEN_AWAY.equals(e.getMessage())) {
      return new DataAccessResourceFailureException(buildMessage(task, sql, e), e);
    }
    if (READ_ONLY.equals(state)) {
      return new DataAccessResourceFailureException(buildMessage(task, sql, e), e);
    }
    if (LOCKED.equals(state)) {
      return new CannotAcquireLockException(buildMessage(task, sql, e), e);
    }
    if (state != null && state.startsWith(TRANSACTION_ENDED)) {
      return new QueryTimeoutException(buildMessage(task, sql, e), e);
    }
    return super.doTranslate(task, sql, e);
  }
}
