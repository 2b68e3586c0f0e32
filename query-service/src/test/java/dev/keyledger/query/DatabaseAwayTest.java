package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Usage;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

class DatabaseAwayTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void readsAreUnavailableWhileTheDatabaseIsAwayAndServeAgainAfterwards() throws SQLException {
    Servers servers = Servers.forTests();
    var database = servers.freshDatabase();
    try (Connection superuser = database.asSuperuser();
        Statement statement = superuser.createStatement();
        var service =
            new QueryServiceUnderTest(
                database,
                servers.bootstrapServers(),
                new MovableClock(TestLedger.START),
                Map.of())) {
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

  @Test
  void usesThatCameWhileTheDatabaseWasAwayAreCountedAfterwards() throws Exception {
    Servers servers = Servers.forTests();
    var database = servers.freshDatabase();
    try (var broker = servers.freshBroker();
        Connection superuser = database.asSuperuser();
        Statement statement = superuser.createStatement();
        var service =
            new QueryServiceUnderTest(
                database, broker.bootstrapServers(), new MovableClock(TestLedger.START), Map.of());
        var producer =
            TestServerKeys.SEALS.producer(KafkaSettings.of(broker.bootstrapServers()).producer())) {
      var health = (HealthIndicator) service.context().getBean("usageHealthIndicator");
      KeyId key = TestLedger.newKey();
      OrganizationId organization = OrganizationId.of(key.uuid());
      String counted = "select uses from secret_usage where key = '" + key.uuid() + "'";
      use(producer, organization, key, 2);
      await().atMost(PATIENCE).until(() -> service.rows(counted).equals(List.of(List.of("2"))));
      assertThat(health.health().getStatus()).isEqualTo(Status.UP);

      statement.execute("alter database \"" + database.name() + "\" connection limit 0");
      statement.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where usename ="
              + " 'keyledger_query' and datname = current_database()");
      use(producer, organization, key, 3);
      await().atMost(PATIENCE).until(() -> health.health().getStatus().equals(Status.DOWN));
      use(producer, organization, key, 4);

      statement.execute("alter database \"" + database.name() + "\" connection limit -1");
      await().atMost(PATIENCE).until(() -> service.rows(counted).equals(List.of(List.of("9"))));
      await().atMost(PATIENCE).until(() -> health.health().getStatus().equals(Status.UP));
    }
  }

  private static void use(
      Producer<String, byte[]> producer, OrganizationId organization, KeyId key, long count)
      throws Exception {
    var usage =
        new Usage(organization, key, "kl_live_aaaaaaa", count, TestLedger.START, "a-replica");
    producer
        .send(
            new ProducerRecord<>(
                Topics.USAGE,
                Topics.partitionOf(organization),
                key.value(),
                EventCodec.encode(usage)))
        .get();
  }
}
