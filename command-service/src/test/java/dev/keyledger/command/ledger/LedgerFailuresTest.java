package dev.keyledger.command.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.kit.database.PostgresExceptionTranslator;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.axonframework.common.AxonException;
import org.axonframework.common.jdbc.JdbcException;
import org.axonframework.common.lock.LockAcquisitionFailedException;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;

class LedgerFailuresTest {
  private final LedgerFailures failures = new LedgerFailures(new PostgresExceptionTranslator());

  private RuntimeException translated(SQLException cause) {
    return failures.translated(new JdbcException("a statement failed", cause));
  }

  @ParameterizedTest
  @CsvSource({"08006", "53300", "57P01", "57P03"})
  void aDatabaseThatWentAwayIsAResourceThatFailed(String state) {
    assertThat(translated(new SQLException("terminating connection", state)))
        .isInstanceOf(NonTransientDataAccessResourceException.class);
  }

  @ParameterizedTest
  @CsvSource({"25P03", "25P04", "40001", "40P01", "57014"})
  void whatPostgresEndedMaySucceedTheNextTime(String state) {
    assertThat(translated(new SQLException("canceling statement", state)))
        .isInstanceOf(TransientDataAccessException.class);
  }

  @Test
  void aConnectionThatThePoolTookAwayIsAResourceThatFailed() {
    assertThat(translated(new SQLException("Connection is closed")))
        .isInstanceOf(NonTransientDataAccessResourceException.class);
  }

  @Test
  void aPoolThatHasNoConnectionLeftMayHaveOneTheNextTime() {
    assertThat(translated(new SQLTransientConnectionException("request timed out")))
        .isInstanceOf(TransientDataAccessException.class);
  }

  @Test
  void theCauseIsFoundHoweverDeepItLies() {
    AxonException deep =
        new EventStoreException(
            "The ledger could not be appended to",
            new JdbcException("a statement failed", new SQLException("gone", "08006")));
    assertThat(failures.translated(deep))
        .isInstanceOf(NonTransientDataAccessResourceException.class);
  }

  @Test
  void aLockThatWasNotToBeHadIsABusyLedger() {
    assertThat(failures.translated(new LockAcquisitionFailedException("too long")))
        .isInstanceOf(LedgerBusyException.class);
  }

  @Test
  void whatNeverSucceedsStaysAFailureOfOurs() {
    assertThat(translated(new SQLException("no such column", "42703")))
        .isInstanceOf(BadSqlGrammarException.class);
    assertThat(translated(new SQLException("something else"))).isInstanceOf(JdbcException.class);
  }
}
