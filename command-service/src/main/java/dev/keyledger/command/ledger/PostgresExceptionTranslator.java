package dev.keyledger.command.ledger;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.stereotype.Component;

/** Spring's own, with two failures of this database and this pool that it doesn't know. */
@Component
final class PostgresExceptionTranslator extends SQLExceptionSubclassTranslator {
  /** A transaction that PostgreSQL ended: it or its client took too long. */
  private static final String TRANSACTION_ENDED = "25P";

  /** HikariCP of a connection that it took away since it broke; it gives no state. */
  private static final String TAKEN_AWAY = "Connection is closed";

  @Override
  protected @Nullable DataAccessException doTranslate(
      String task, @Nullable String sql, SQLException e) {
    String state = e.getSQLState();
    if (state == null && TAKEN_AWAY.equals(e.getMessage())) {
      return new DataAccessResourceFailureException(buildMessage(task, sql, e), e);
    }
    if (state != null && state.startsWith(TRANSACTION_ENDED)) {
      return new TransientDataAccessResourceException(buildMessage(task, sql, e), e);
    }
    return super.doTranslate(task, sql, e);
  }
}
