package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.servers.EmbeddedKafka;
import dev.keyledger.infra.servers.EmbeddedPostgres;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.SignIn;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People;
import dev.keyledger.testing.People.Organization;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code kill -9} of every process while clients work, commits that wait, and a database that takes
 * no writes, {@code -Dkeyledger.faults.rounds} times each (ten by default).
 */
@Tag("faults")
class FaultsTest {
  private static final Duration COMMITS_WAIT = Duration.ofSeconds(36);

  private final Cluster cluster = FaultCluster.get();
  private final UnderLoad load = new UnderLoad(cluster);

  @ParameterizedTest
  @EnumSource(names = {"COMMAND", "QUERY", "TOKEN", "DELIVERY"})
  void nothingIsLostWhenAServiceIsKilledUnderLoad(Service service) throws Exception {
    load.strike(round -> {
      int victim = round % cluster.replicas(service).size();
      cluster.replica(service, victim).process().kill();
      cluster.restart(service, victim).awaitReady(Duration.ofMinutes(3));
    });
  }

  @Test
  void nothingIsLostWhenTheBrokerIsKilledUnderLoad() throws Exception {
    EmbeddedKafka kafka = cluster.embedded().kafka();
    load.strike(round -> {
      kafka.process().kill();
      kafka.restart();
    });
  }

  @Test
  void nothingIsLostWhenPostgresIsKilledUnderLoad() throws Exception {
    EmbeddedPostgres postgres = cluster.embedded().postgres();
    load.strike(round -> {
      postgres.process().kill();
      postgres.restart();
    });
  }

  /** Both replicas take their turn, so that one of them was the relay and was overtaken. */
  @Test
  void aRelayThatIsHeldOvertakenAndLetGoWritesNothingMore() throws Exception {
    load.strike(
        round -> {
          ChildProcess held = cluster.replica(Service.COMMAND, round % 2).process();
          held.pause();
          try {
            load.awaitSettled();
          } finally {
            held.resume();
          }
        },
        Math.max(2, UnderLoad.ROUNDS));
  }

  /**
   * No time-out of PostgreSQL bounds a commit: with its synchronous standby gone it waits, and is
   * true afterwards. For longer than anything in the platform is patient.
   */
  @Test
  void nothingIsLostWhileCommitsWaitForAStandbyThatIsAway() throws Exception {
    load.strike(
        round -> {
          configure("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
          try {
            await()
                .atMost(COMMITS_WAIT.multipliedBy(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(this::aCommitHasWaitedLong);
          } finally {
            configure("ALTER SYSTEM RESET synchronous_standby_names");
          }
        },
        Math.max(1, UnderLoad.ROUNDS / 5));
  }

  private boolean aCommitHasWaitedLong() throws SQLException {
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

  private void configure(String setting) {
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
    load.strike(round -> {
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

  /**
   * The transaction that it leaves open holds back what verifiers may read, and no other replica is
   * there to end it: the brokers have to. Verifiers accept, or are 503 for less than {@link
   * LoneRelay#REFUSES}.
   */
  @Test
  void verifiersRefuseForUnderThreeSecondsWhenALoneRelayIsKilledInATransaction() throws Exception {
    var relay = new LoneRelay(cluster);
    load.strike(
        round -> assertThat(relay.refusedAfterKill(round % 2)).isLessThan(LoneRelay.REFUSES));
  }
}
