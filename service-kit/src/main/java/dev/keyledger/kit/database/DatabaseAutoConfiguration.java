package dev.keyledger.kit.database;

import dev.keyledger.kit.web.ProblemWriter;
import dev.keyledger.kit.web.WebConventionsAutoConfiguration;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;

/** How services tell of a database that fails; {@code JdbcTemplate} takes the translator too. */
@AutoConfiguration(
    after = WebConventionsAutoConfiguration.class,
    afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnClass(SQLExceptionSubclassTranslator.class)
public class DatabaseAutoConfiguration {
  @Bean
  SQLExceptionTranslator postgresExceptionTranslator() {
    return new PostgresExceptionTranslator();
  }

  @Bean
  @ConditionalOnBean(ProblemWriter.class)
  UnavailableAdvice unavailableAdvice(ProblemWriter problems) {
    return new UnavailableAdvice(problems);
  }

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnBean(DataSource.class)
  DatabaseClock databaseClock(DataSource database) {
    return new JdbcDatabaseClock(database);
  }

  @Bean
  @ConditionalOnBean(DatabaseClock.class)
  AgreedClock agreedClock(Clock clock, DatabaseClock database) {
    return new AgreedClock(clock, database);
  }
}
