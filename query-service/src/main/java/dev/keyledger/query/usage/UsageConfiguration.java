package dev.keyledger.query.usage;

import dev.keyledger.query.projection.KafkaAccess;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class UsageConfiguration {
  private static final int POLLED_AT_ONCE = 2_000;

  @Bean
  UsageConsumer usageConsumer(
      JdbcTemplate jdbc, PlatformTransactionManager transactions, KafkaAccess kafka) {
    return new UsageConsumer(
        new UsageTable(jdbc, new TransactionTemplate(transactions)),
        () -> kafka.consumer("keyledger-query-usage", POLLED_AT_ONCE));
  }
}
