package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody can do who reads all that a running service was given. */
class HeldLoginsTest {
  private final Database database = Servers.forTests().freshDatabase();

  @BeforeEach
  void aLedger() {
    database.migrate("command");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE command.event DISABLE TRIGGER append_only",
        "DROP TRIGGER append_only ON command.event",
        "CREATE OR REPLACE FUNCTION command.refuse_to_rewrite_history() RETURNS trigger"
            + " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "ALTER TABLE command.event ADD COLUMN more text",
        "DELETE FROM command.event",
        "UPDATE command.event SET type = 'x'",
        "DROP TABLE command.event",
        "CREATE TABLE command.mine (id int)",
        "DELETE FROM command.flyway_schema_history",
        "SET session_replication_role = 'replica'",
        "SET ROLE keyledger_command_owner",
      })
  void noLoginInItsSettingsRewritesHistory(String statement) throws SQLException {
    Map<String, String> held = database.settings("command");
    List<String> possible = new ArrayList<>();
    for (String user : held.values()) {
      for (String password : held.values()) {
        try (Connection connection =
                DriverManager.getConnection(database.jdbcUrl(), user, password);
            var sql = connection.createStatement()) {
          connection.setAutoCommit(false);
          sql.execute(statement);
          possible.add(user);
          connection.rollback();
        } catch (SQLException e) {
          assertThat(e.getSQLState()).as(e.getMessage()).isIn("28P01", "42501");
        }
      }
    }
    assertThat(possible).isEmpty();
  }
}
