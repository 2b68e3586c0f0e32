package dev.keyledger.kit.database;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;

/** How services tell of a database that fails; {@code JdbcTemplate} takes the translator too. */
@AutoConfiguration
@ConditionalOnClass(SQLExceptionSubclassTranslator.class)
public class DatabaseAutoConfiguration {
  @Bean
  SQLExceptionTranslator postgresExceptionTranslator() {
    return new PostgresExceptionTranslator();
  }
}
