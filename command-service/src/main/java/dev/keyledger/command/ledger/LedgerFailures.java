package dev.keyledger.command.ledger;

import java.sql.SQLException;
import org.axonframework.common.AxonException;
import org.axonframework.common.lock.LockAcquisitionFailedException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.stereotype.Component;

/** Says in Spring's exceptions what Axon's say, so that nothing outside has to know both. */
@Component
final class LedgerFailures {
  private final SQLExceptionTranslator translator;

  LedgerFailures(SQLExceptionTranslator translator) {
    this.translator = translator;
  }

  /**
   * @return a {@link DataAccessException} for a failure of the database that has a kind; otherwise
   *     the failure itself
   */
  RuntimeException translated(AxonException failure) {
    if (failure instanceof LockAcquisitionFailedException) {
      return new LedgerBusyException("the organisation's lock was not to be had", failure);
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        DataAccessException translated = translator.translate("command", null, sql);
        return translated == null ? failure : translated;
      }
    }
    return failure;
  }
}
