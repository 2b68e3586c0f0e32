package dev.keyledger.integration;

import dev.keyledger.events.Topics;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import java.sql.SQLException;
import java.util.List;

/**
 * The steps by which the ledger that is left becomes the one truth, to the letter as ARCHITECTURE
 * has them under "What is not promised": whatever was published, signed and shown is made anew.
 */
public final class FromTheLedgerAlone {
  private static final List<Service> SERVICES =
      List.of(Service.COMMAND, Service.QUERY, Service.TOKEN, Service.DELIVERY);

  private FromTheLedgerAlone() {}

  /** What the superuser does to the ledger while nothing runs. */
  @FunctionalInterface
  public interface Meanwhile {
    void run() throws Exception;
  }

  public static void begin(Cluster cluster) throws Exception {
    begin(cluster, () -> {});
  }

  public static void begin(Cluster cluster, Meanwhile meanwhile) throws Exception {
    for (Service service : SERVICES) {
      cluster.replicas(service).forEach(replica -> replica.process().kill());
    }
    meanwhile.run();
    try (var admin = cluster.kafka().admin()) {
      admin
          .deleteTopics(
              List.of(
                  Topics.EVENTS,
                  Topics.ACCESS,
                  Topics.REVOCATIONS,
                  Topics.SUBSCRIPTIONS,
                  Topics.RELAY))
          .all()
          .get();
    }
    asOwnerOf(
        cluster,
        "command",
        "UPDATE command.relay_checkpoint SET token = NULL, topics = NULL",
        "DELETE FROM command.published_position",
        "DELETE FROM command.organization_snapshot");
    asOwnerOf(cluster, "token", "UPDATE token.reflected SET ledger_index = -1");
    asOwnerOf(cluster, "query", "DROP SCHEMA query CASCADE");
    asOwnerOf(cluster, "delivery", "DROP SCHEMA delivery CASCADE");
    var unused = cluster.servers().database().bootstrap();
    cluster.migrate();
    for (Service service : SERVICES) {
      for (int replica = 0; replica < cluster.replicas(service).size(); replica++) {
        cluster.restart(service, replica);
      }
    }
  }

  private static void asOwnerOf(Cluster cluster, String schema, String... statements)
      throws SQLException {
    try (var connection = cluster.servers().database().as(Logins.owner(schema));
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
