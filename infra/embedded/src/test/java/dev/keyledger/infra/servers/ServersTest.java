package dev.keyledger.infra.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServersTest {
  private final Servers servers = Servers.forTests();

  @Test
  void aServiceOwnsItsSchemaAndSeesNoOther() throws SQLException {
    try (Connection owner = servers.database().as(Logins.owner("command"));
        var statement = owner.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS mine (id int)");
      assertThat(one(owner, "SELECT to_regclass('command.mine') IS NOT NULL")).isEqualTo("t");
    }
    try (Connection stranger = servers.database().as(Logins.runtime("query"));
        var statement = stranger.createStatement()) {
      assertThatThrownBy(() -> statement.execute("SELECT * FROM command.mine"))
          .hasMessageContaining("permission denied for schema command");
      assertThatThrownBy(() -> statement.execute("CREATE TABLE query.other (id int)"))
          .hasMessageContaining("permission denied for schema query");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'x')",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE TABLE public.mine (id int)",
        "CREATE SCHEMA mine",
      })
  void whoRunsAServiceMakesNothing(String statement) throws SQLException {
    for (String role : servers.database().runtimeRoles()) {
      try (Connection connection = servers.database().as(role);
          var sql = connection.createStatement()) {
        assertThatThrownBy(() -> sql.execute(statement))
            .as(role)
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres", "template1"})
  void whoRunsAServiceReachesNoDatabaseButItsOwn(String other) {
    var elsewhere =
        new Database(
            servers.database().host(),
            servers.database().port(),
            other,
            servers.database().logins());
    for (String role : servers.database().runtimeRoles()) {
      assertThatThrownBy(() -> elsewhere.as(role).close())
          .as(role)
          .hasRootCauseInstanceOf(SQLException.class)
          .rootCause()
          .hasMessageContaining("permission denied for database");
    }
  }

  @Test
  void freshDatabasesShareRolesAndNothingElse() throws SQLException {
    Database first = servers.freshDatabase();
    Database second = servers.freshDatabase();
    try (Connection connection = first.as(Logins.owner("token"));
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE only_here (id int)");
    }
    try (Connection connection = second.as(Logins.owner("token"))) {
      assertThat(one(connection, "SELECT to_regclass('token.only_here') IS NULL")).isEqualTo("t");
    }
  }

  @Test
  void commitsAreDurable() throws SQLException {
    try (Connection connection = servers.asSuperuser()) {
      assertThat(one(connection, "SHOW fsync")).isEqualTo("on");
      assertThat(one(connection, "SHOW synchronous_commit")).isEqualTo("on");
    }
  }

  @Test
  void aFreshBrokerKnowsNoTopicOfTheSharedOne() throws Exception {
    try (Admin shared = admin(servers.bootstrapServers())) {
      shared.createTopics(List.of(new NewTopic("shared", 1, (short) 1))).all().get();
      try (var broker = servers.freshBroker();
          Admin own = admin(broker.bootstrapServers())) {
        assertThat(own.listTopics().names().get()).doesNotContain("shared");
      }
    }
  }

  private static Admin admin(String bootstrapServers) {
    return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  private static String one(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
