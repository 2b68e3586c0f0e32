package dev.keyledger.command.ledger;

import java.time.Duration;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Checks at the start that PostgreSQL itself ends an append transaction well before the relay stops
 * waiting for the index that it took: otherwise an event could be committed where the relay looks
 * no more.
 */
@Component
final class AppendBound implements InitializingBean {
  private final JdbcClient jdbc;
  private final Duration gapTimeout;

  /**
   * @param jdbc over the connections that append
   * @param gapTimeout for how long the relay waits for a missing index
   */
  AppendBound(JdbcClient jdbc, @Value("${keyledger.relay.gap-timeout:PT30S}") Duration gapTimeout) {
    this.jdbc = jdbc;
    this.gapTimeout = gapTimeout;
  }

  /**
   * @throws IllegalStateException with one sentence for the operator
   */
  @Override
  public void afterPropertiesSet() {
    Duration bound =
        jdbc.sql("SELECT setting::bigint FROM pg_settings WHERE name = 'transaction_timeout'")
            .query(Long.class)
            .optional()
            .map(Duration::ofMillis)
            .orElseThrow(() ->
                new IllegalStateException(
                    "PostgreSQL 17 or later is needed: older ones cannot bound a transaction."));
    if (bound.isZero() || bound.multipliedBy(2).compareTo(gapTimeout) > 0) {
      throw new IllegalStateException(
          ("keyledger.ledger.transaction-timeout is %s, but has to be above zero and at most half of"
                  + " keyledger.relay.gap-timeout (%s), or an event could be skipped.")
              .formatted(bound.isZero() ? "off" : bound, gapTimeout));
    }
  }
}
