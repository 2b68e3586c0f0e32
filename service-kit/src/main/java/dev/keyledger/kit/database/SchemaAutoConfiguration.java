package dev.keyledger.kit.database;

import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Looks at the schema before anything else of the service uses the database. */
@AutoConfiguration
@ConditionalOnClass(name = "org.springframework.jdbc.core.JdbcTemplate")
@ConditionalOnProperty(SchemaAutoConfiguration.SCHEMA)
public class SchemaAutoConfiguration {
  static final String SCHEMA = "keyledger.database.schema";

  @Bean
  static BeanPostProcessor schemaRequirement(Environment settings) {
    String schema = settings.getRequiredProperty(SCHEMA);
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof DataSource database) {
          SchemaVersion.require(database, schema);
        }
        return bean;
      }
    };
  }
}
