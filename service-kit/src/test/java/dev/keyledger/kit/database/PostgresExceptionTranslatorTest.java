package dev.keyledger.kit.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.QueryTimeoutException;

class PostgresExceptionTranslatorTest {
  private final PostgresExceptionTranslator translator = new PostgresExceptionTranslator();

  private DataAccessException translated(SQLException failure) {
    return translator.translate("a task", null, failure);
  }

  /** idle_in_transaction_session_timeout, transaction_timeout, statement_timeout. */
  @ParameterizedTest
  @ValueSource(strings = {"25P03", "25P04", "57014"})
  void whatTookTooLongIsATimeOut(String state) {
    assertThat(translated(new SQLException("terminating", state)))
        .isInstanceOf(QueryTimeoutException.class);
  }

  @Test
  void aConnectionThatThePoolTookAwayIsAResourceThatFailed() {
    assertThat(translated(new SQLException("Connection is closed")))
        .isInstanceOf(DataAccessResourceFailureException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"25006", "53100", "53300", "57P01", "57P03", "58030", "08006"})
  void aServerThatTakesNoWritesOrIsFullOrGoesIsAResourceThatFailed(String state) {
    assertThat(UnavailableDatabase.isReasonOf(translated(new SQLException("no", state)))).isTrue();
  }

  @Test
  void aRowThatAnotherKeepsIsALock() {
    assertThat(translated(new SQLException("lock timeout", "55P03")))
        .isInstanceOf(CannotAcquireLockException.class);
  }

  @Test
  void theRestIsAsSpringTellsIt() {
    assertThat(translated(new SQLException("duplicate key", "23505")))
        .isInstanceOf(DuplicateKeyException.class);
  }
}
