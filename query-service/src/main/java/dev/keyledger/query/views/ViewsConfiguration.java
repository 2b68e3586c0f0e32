package dev.keyledger.query.views;

import dev.keyledger.query.people.PeopleKeys;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class ViewsConfiguration {
  @Bean
  Waits waits(JdbcClient jdbc) {
    return new Waits(jdbc);
  }

  @Bean
  Reads reads(JdbcClient jdbc, PlatformTransactionManager transactions, Waits waits) {
    var snapshots = new TransactionTemplate(transactions);
    snapshots.setReadOnly(true);
    snapshots.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    snapshots.setTimeout(10);
    return new Reads(jdbc, snapshots, waits);
  }

  @Bean
  KeyViews keyViews(Clock clock) {
    return new KeyViews(clock);
  }

  @Bean
  History history(PeopleKeys people) {
    return new History(people);
  }
}
