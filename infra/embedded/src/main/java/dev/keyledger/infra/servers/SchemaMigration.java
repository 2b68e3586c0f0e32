package dev.keyledger.infra.servers;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * Brings a service's schema to what its release needs, by its owner's login. The service itself has
 * no such login: it only looks how far the schema is.
 *
 * @param schema {@code command}, {@code query}, {@code token} or {@code delivery}
 * @param scripts where {@code db/<schema>} is found
 */
public record SchemaMigration(String schema, ClassLoader scripts) {
  /**
   * Safe to repeat, also by several at once.
   *
   * @param jdbcUrl of the database, in which {@code bootstrap.sql} has made roles and schemas
   * @param user the schema's owner
   * @throws FlywayException when a script fails, or when one that ran has been changed since
   */
  public Outcome run(String jdbcUrl, String user, String password) {
    Flyway flyway =
        Flyway.configure(scripts)
            .dataSource(jdbcUrl, user, password)
            .defaultSchema(schema)
            .schemas(schema)
            .createSchemas(false)
            .locations("classpath:db/" + schema)
            .failOnMissingLocations(true)
            .load();
    int count = flyway.migrate().migrationsExecuted;
    letTheServiceLook(flyway.getConfiguration());
    return new Outcome(
        count, Objects.requireNonNull(flyway.info().current()).getVersion().getVersion());
  }

  private void letTheServiceLook(Configuration configuration) {
    DataSource owner = configuration.getDataSource();
    try (Connection connection = owner.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "GRANT SELECT ON %s.%s TO %s"
              .formatted(schema, configuration.getTable(), Logins.runtime(schema)));
    } catch (SQLException e) {
      throw new IllegalStateException("the history of " + schema + " could not be shown", e);
    }
  }

  /**
   * @param migrations how many ran just now
   * @param version at which the schema is
   */
  public record Outcome(int migrations, String version) {}
}
