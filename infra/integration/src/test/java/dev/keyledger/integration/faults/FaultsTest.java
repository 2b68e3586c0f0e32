package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.servers.EmbeddedKafka;
import dev.keyledger.infra.servers.EmbeddedPostgres;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.SignIn;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Layout;
import dev.keyledger.testing.People;
import dev.keyledger.testing.People.Organization;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G1 and G2 under {@code kill -9} of every process while clients work, {@code
 * -Dkeyledger.faults.rounds} times each (ten by default). Embedded servers: containers are the
 * engine's to kill.
 */
@Tag("faults")
class FaultsTest {
  private static final int ROUNDS = Integer.getInteger("keyledger.faults.rounds", 10);
  private static final int CLIENTS = 4;
  private static final int COMMANDS_BETWEEN_KILLS = 5;
  private static final Duration COMMITS_WAIT = Duration.ofSeconds(36);

  private static Cluster cluster;

  @BeforeAll
  static void startCluster() {
    cluster =
        Cluster.start(
            Layout.single()
                .with(Service.COMMAND, 2)
                .with(Service.TOKEN, 2)
                .with(Service.DOWNSTREAM, 0));
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"COMMAND", "QUERY", "TOKEN"})
  void nothingIsLostWhenAServiceIsKilledUnderLoad(Service service) throws Exception {
    underLoad(round -> {
      int victim = round % cluster.replicas(service).size();
      cluster.replica(service, victim).process().kill();
      cluster.restart(service, victim).awaitReady(Duration.ofMinutes(3));
    });
  }

  @Test
  void nothingIsLostWhenTheBrokerIsKilledUnderLoad() throws Exception {
    EmbeddedKafka kafka = cluster.embedded().kafka();
    underLoad(round -> {
      kafka.process().kill();
      kafka.restart();
    });
  }

  @Test
  void nothingIsLostWhenPostgresIsKilledUnderLoad() throws Exception {
    EmbeddedPostgres postgres = cluster.embedded().postgres();
    underLoad(round -> {
      postgres.process().kill();
      postgres.restart();
    });
  }

  /** Both replicas take their turn, so that one of them was the relay and was overtaken. */
  @Test
  void aRelayThatIsHeldOvertakenAndLetGoWritesNothingMore() throws Exception {
    underLoad(
        round -> {
          ChildProcess held = cluster.replica(Service.COMMAND, round % 2).process();
          held.pause();
          try {
            awaitSettled();
          } finally {
            held.resume();
          }
        },
        Math.max(2, ROUNDS));
  }

  /**
   * No time-out of PostgreSQL bounds a commit: with its synchronous standby gone it waits, and is
   * true afterwards. For longer than anything in the platform is patient.
   */
  @Test
  void nothingIsLostWhileCommitsWaitForAStandbyThatIsAway() throws Exception {
    underLoad(
        round -> {
          configure("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
          try {
            await()
                .atMost(COMMITS_WAIT.multipliedBy(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(FaultsTest::aCommitHasWaitedLong);
          } finally {
            configure("ALTER SYSTEM RESET synchronous_standby_names");
          }
        },
        Math.max(1, ROUNDS / 5));
  }

  private static boolean aCommitHasWaitedLong() throws SQLException {
    try (var connection = cluster.servers().asSuperuser();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)"
                    + " FROM pg_stat_activity WHERE wait_event = 'SyncRep'")) {
      row.next();
      return row.getDouble(1) > COMMITS_WAIT.toSeconds();
    }
  }

  private static void configure(String setting) {
    try (var connection = cluster.servers().asSuperuser();
        var statement = connection.createStatement()) {
      statement.execute("SET default_transaction_read_only = off");
      statement.execute(setting);
      statement.execute("SELECT pg_reload_conf()");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What needs a write is told 503, sign-in and commands alike, until writes are taken again. */
  @Test
  void nothingIsLostWhilePostgresTakesNoWrites() throws Exception {
    Organization organization = cluster.people().liveOrganization("standard");
    String email = cluster.people().join(organization, "owner").email();
    var signIn = new SignIn(email, People.PASSWORD, null, organization.slug());
    underLoad(round -> {
      configure("ALTER SYSTEM SET default_transaction_read_only = on");
      try {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> signIn.at(cluster.api(Service.TOKEN, 0), cluster.clock()).status() == 503);
      } finally {
        configure("ALTER SYSTEM RESET default_transaction_read_only");
      }
    });
  }

  private interface Fault {
    void strike(int round);
  }

  private static void underLoad(Fault fault) throws Exception {
    underLoad(fault, ROUNDS);
  }

  private static void underLoad(Fault fault, int rounds) throws Exception {
    Load load = new Load(cluster, CLIENTS);
    try (load) {
      for (int round = 0; round < rounds; round++) {
        load.awaitProgress(COMMANDS_BETWEEN_KILLS);
        fault.strike(round);
      }
      load.awaitProgress(COMMANDS_BETWEEN_KILLS);
    }
    cluster.awaitReady();
    assertThat(load.surprises()).isEmpty();
    awaitSettled();
    var evidence = new Evidence(cluster);
    evidence.showsEveryAcknowledgedCommandOnce(load.acknowledged());
    evidence.showsNoGap();
    evidence.isTheSameOnTheTopic();
    evidence.isTheSameInTheViews(load.organizations());
  }

  /** The relay has caught up: everything that is in the ledger now is on the topic. */
  private static void awaitSettled() {
    await()
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> new Evidence(cluster).isOnTheTopic());
  }
}
