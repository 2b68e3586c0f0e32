package dev.keyledger.kit.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** This release's scripts are V1 and V2 of a schema named sample. */
class SchemaVersionTest {
  private final Database database = Servers.forTests().freshDatabase();

  @BeforeEach
  void aSchemaWithoutTables() throws SQLException {
    asOwner("CREATE SCHEMA sample", "GRANT USAGE ON SCHEMA sample TO keyledger_token");
  }

  @Test
  void aSchemaThatWasNeverMigratedIsTooOld() {
    assertThatThrownBy(this::start)
        .hasMessageContaining("The schema sample is at version 0, and this release needs version 2")
        .hasMessageContaining("Run ./keyledger migrate");
  }

  @Test
  void oneThatLacksTheLastScriptIsTooOld() throws SQLException {
    migratedTo(1);
    assertThatThrownBy(this::start)
        .hasMessageContaining("The schema sample is at version 1, and this release needs version 2")
        .hasMessageContaining("Run ./keyledger migrate");
  }

  @Test
  void oneThatIsAsFarAsTheReleaseIsTaken() throws SQLException {
    migratedTo(2);
    assertThatCode(this::start).doesNotThrowAnyException();
  }

  @Test
  void oneThatALaterReleaseHasMigratedIsNotTouched() throws SQLException {
    migratedTo(3);
    assertThatThrownBy(this::start)
        .hasMessageContaining("at version 3, which is newer than version 2 of this release")
        .hasMessageContaining("Start the release that migrated it");
  }

  @Test
  void aScriptThatFailedDoesNotCount() throws SQLException {
    migratedTo(2);
    asOwner("UPDATE sample.flyway_schema_history SET success = false WHERE version = '2'");
    assertThatThrownBy(this::start).hasMessageContaining("at version 1");
  }

  @Test
  void aHistoryThatAnEarlierReleaseKeptToItselfIsSaid() throws SQLException {
    migratedTo(2);
    asOwner("REVOKE ALL ON sample.flyway_schema_history FROM keyledger_token");
    assertThatThrownBy(this::start)
        .hasMessageContaining("may not see how far the schema sample is")
        .hasMessageContaining("Run ./keyledger migrate");
  }

  @Test
  void nothingThatUsesTheDatabaseIsMadeOnAnUnfitOne() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(SchemaAutoConfiguration.class))
        .withPropertyValues("keyledger.database.schema=sample")
        .withBean(DataSource.class, this::service)
        .run(context -> {
          assertThat(context).hasFailed();
          FailureAnalysis analysis = new UnfitSchemaAnalyzer().analyze(context.getStartupFailure());
          assertThat(analysis.getDescription()).startsWith("The schema sample is at version 0");
          assertThat(analysis.getAction()).startsWith("Run ./keyledger migrate");
        });
  }

  private void start() {
    SchemaVersion.require(service(), "sample");
  }

  private DataSource service() {
    var source = new PGSimpleDataSource();
    source.setUrl(database.jdbcUrl());
    source.setUser("keyledger_token");
    source.setPassword(database.logins().revealPassword("keyledger_token"));
    return source;
  }

  /** The history as Flyway writes it. */
  private void migratedTo(int version) throws SQLException {
    asOwner(
        "CREATE TABLE sample.flyway_schema_history (version varchar(50), success boolean NOT NULL)",
        "GRANT SELECT ON sample.flyway_schema_history TO keyledger_token");
    for (int each = 1; each <= version; each++) {
      asOwner("INSERT INTO sample.flyway_schema_history VALUES ('" + each + "', true)");
    }
  }

  private void asOwner(String... statements) throws SQLException {
    try (Connection connection = database.asSuperuser();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
