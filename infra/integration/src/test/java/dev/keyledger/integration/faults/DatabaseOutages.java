package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.SignIn;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A PostgreSQL that runs, and yet takes nothing. Commands and sign-ins are 503, never 500, and go
 * on by themselves afterwards.
 */
final class DatabaseOutages {
  /** Why there is no {@link #smallDisk}. */
  static final String NO_SMALL_DISK =
      "a small disk needs Linux and namespaces of one's own (unshare -Urm)";

  private static final Duration NOTICED_WITHIN = Duration.ofMinutes(1);

  private final Cluster cluster;
  private final Organization organization;
  private final Member owner;
  private final String key;
  private int renamed;

  DatabaseOutages(Cluster cluster) {
    this.cluster = cluster;
    organization = cluster.people().liveOrganization("standard");
    owner = cluster.people().join(organization, "owner");
    Answer created =
        owner
            .api()
            .post(organization.path() + "/keys", Map.of("name", "key", "environment", "test"));
    key = created.text("key.id");
  }

  /** Empty where this machine lets us have no small disk. */
  Optional<Path> smallDisk() {
    return cluster.embedded().postgres().smallDisk();
  }

  void fillDisk() throws SQLException {
    try (var disk = new FullDisk(cluster.servers(), smallDisk().orElseThrow())) {
      disk.fill();
      refusesUntilItIsOver();
      disk.free();
      goesOn();
    }
  }

  /** No connection is left, and none is to be had. */
  void drainConnections() throws SQLException {
    limitConnections(0);
    try {
      execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE"
              + " 'keyledger%'");
      refusesUntilItIsOver();
    } finally {
      limitConnections(-1);
    }
    goesOn();
  }

  private void limitConnections(int most) throws SQLException {
    for (String role : cluster.servers().database().runtimeRoles()) {
      execute("ALTER ROLE " + role + " CONNECTION LIMIT " + most);
    }
  }

  private void execute(String sql) throws SQLException {
    try (var connection = cluster.servers().asSuperuser();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  // Room that was left in the last page of a table takes a few more; then nothing.
  private void refusesUntilItIsOver() {
    for (int replica = 0; replica < cluster.replicas(Service.COMMAND).size(); replica++) {
      int one = replica;
      await().atMost(NOTICED_WITHIN).until(() -> isRefused(command(one)));
    }
    await().atMost(NOTICED_WITHIN).until(() -> isRefused(signIn()));
  }

  private void goesOn() {
    for (int replica = 0; replica < cluster.replicas(Service.COMMAND).size(); replica++) {
      int one = replica;
      await().atMost(NOTICED_WITHIN).until(() -> !isRefused(command(one)));
    }
    await().atMost(NOTICED_WITHIN).until(() -> !isRefused(signIn()));
  }

  private static boolean isRefused(Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isIn(200, 201, 503);
    return answer.status() == 503;
  }

  private Answer command(int replica) {
    return cluster
        .api(Service.COMMAND, replica)
        .as(owner.token())
        .with("Prefer", "wait=0")
        .patch(organization.path() + "/keys/" + key, Map.of("name", "name " + renamed++));
  }

  private Answer signIn() {
    return new SignIn(owner.email(), People.PASSWORD, null, organization.slug())
        .at(cluster.api(Service.TOKEN, 1), cluster.clock());
  }
}
