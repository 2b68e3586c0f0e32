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
