package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.servers.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DatabaseAwayTest {
  @Test
  void readsAreUnavailableWhileTheDatabaseIsAwayAndServeAgainAfterwards() throws SQLException {
    Servers servers = Servers.forTests();
    var database = servers.freshDatabase();
    try (Connection superuser = database.asSuperuser();
        Statement statement = superuser.createStatement();
        var service =
            new QueryServiceUnderTest(
                database, servers.bootstrapServers(), new TestClock(), Map.of())) {
      var path = "/v1/organizations/org_00000000-0000-7000-8000-000000000000";
      assertThat(service.get(OPERATOR, path).status()).isEqualTo(404);

      // The limit is for everyone but superusers.
      statement.execute("alter database \"" + database.name() + "\" connection limit 0");
      statement.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where usename ="
              + " 'keyledger_query' and datname = current_database()");
      for (String read : new String[] {path, "/v1/organizations", "/v1/platform/rebuilds/reb_1"}) {
        var refused = service.get(OPERATOR, read);
        assertThat(refused.status()).as(read).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("unavailable");
        assertThat(refused.header("Retry-After")).isEqualTo("1");
      }

      statement.execute("alter database \"" + database.name() + "\" connection limit -1");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(service.get(OPERATOR, path).status()).isEqualTo(404));
    }
  }
}
