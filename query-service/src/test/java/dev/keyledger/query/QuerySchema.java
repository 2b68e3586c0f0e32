package dev.keyledger.query;

import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Logins;
import org.flywaydb.core.Flyway;

/** The service's schema as releases had it. */
final class QuerySchema {
  private QuerySchema() {}

  /**
   * @param version of the last script, or {@code latest}
   */
  static void migrate(Database database, String version) {
    String owner = Logins.owner("query");
    Flyway.configure()
        .dataSource(database.jdbcUrl(), owner, database.logins().revealPassword(owner))
        .defaultSchema("query")
        .schemas("query")
        .createSchemas(false)
        .locations("classpath:db/query")
        .target(version)
        .load()
        .migrate();
  }
}
