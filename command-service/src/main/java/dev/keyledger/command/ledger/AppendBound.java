package dev.keyledger.command.ledger;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Checks at the start that PostgreSQL itself ends an append that doesn't come to its commit: one
 * that hangs would keep its organisation from all others. It bounds no commit, and nothing takes
 * its time for proof that a transaction is dead.
 */
@Component
final class AppendBound implements InitializingBean {
  private final JdbcClient jdbc;

  /**
   * @param jdbc over the connections that append
   */
  AppendBound(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @throws IllegalStateException with one sentence for the operator
   */
  @Override
  public void afterPropertiesSet() {
    long bound =
        jdbc.sql("SELECT setting::bigint FROM pg_settings WHERE name = 'transaction_timeout'")
            .query(Long.class)
            .optional()
            .orElseThrow(() ->
                new IllegalStateException(
                    "PostgreSQL 17 or later is needed: older ones cannot bound a transaction."));
    if (bound == 0) {
      throw new IllegalStateException(
          "keyledger.ledger.transaction-timeout is off, but has to be above zero, or an append that"
              + " hangs would keep its organisation's others waiting for ever.");
    }
  }
}
