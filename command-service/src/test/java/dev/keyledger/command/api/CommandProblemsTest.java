package dev.keyledger.command.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.ledger.LedgerBusyException;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.method.annotation.ExceptionHandlerMethodResolver;

class CommandProblemsTest {
  private static final ExceptionHandlerMethodResolver HANDLERS =
      new ExceptionHandlerMethodResolver(CommandProblems.class);

  private static boolean isUnavailable(Exception failure) {
    return isUnavailable(failure.getClass());
  }

  private static boolean isUnavailable(Class<? extends Exception> failure) {
    var handler = HANDLERS.resolveMethodByExceptionType(failure);
    return handler != null && handler.getName().equals("unavailable");
  }

  @Test
  void aDatabaseThatCannotBeUsedNowIsNotOurFault() {
    assertThat(isUnavailable(new DataAccessResourceFailureException("gone"))).isTrue();
    assertThat(isUnavailable(new TransientDataAccessResourceException("ended"))).isTrue();
    assertThat(isUnavailable(new QueryTimeoutException("slow"))).isTrue();
    assertThat(isUnavailable(new CannotGetJdbcConnectionException("none left"))).isTrue();
    assertThat(isUnavailable(new CannotCreateTransactionException("none left"))).isTrue();
    assertThat(isUnavailable(LedgerBusyException.class)).isTrue();
  }

  @Test
  void aStatementThatCannotBeRightIsOurFault() {
    assertThat(
            isUnavailable(
                new BadSqlGrammarException("a", "SELECT", new java.sql.SQLException("no"))))
        .isFalse();
    assertThat(isUnavailable(new DuplicateKeyException("twice"))).isFalse();
    assertThat(isUnavailable(new TransactionSystemException("who knows"))).isFalse();
    assertThat(isUnavailable(new IllegalStateException("ours"))).isFalse();
  }
}
