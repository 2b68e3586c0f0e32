package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.Topics;
import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.servers.EmbeddedKafka;
import dev.keyledger.infra.servers.EmbeddedPostgres;
import dev.keyledger.infra.services.Service;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Layout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of all kinds by chance, with commands, sign-ins and verifications beside them, for {@code
 * -Dkeyledger.faults.minutes} (half a one by default); {@code -Dkeyledger.faults.seed} repeats a
 * run's choice of faults. It ends with one table: how often each fault struck, commands that were
 * answered and endings that were reported in force meanwhile, and the longest time until all was
 * settled.
 */
@Tag("faults")
class RandomFaultsTest {
  /** What {@code ./keyledger test} shows at its end. */
  private static final Path TABLE = Path.of("target", "random-faults.txt");

  private static final double MINUTES =
      Double.parseDouble(System.getProperty("keyledger.faults.minutes", "0.5"));
  private static final long SEED = Long.getLong("keyledger.faults.seed", System.nanoTime());
  private static final Duration AWHILE = Duration.ofSeconds(4);
  private static final Duration SOON = Duration.ofMinutes(3);

  @TempDir Path folder;

  private final Random random = new Random(SEED);
  private final Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);
  private Cluster cluster;
  private Path copy;

  private enum Kind {
    COMMAND_SERVICE_KILLED,
    QUERY_SERVICE_KILLED,
    TOKEN_SERVICE_KILLED,
    KAFKA_KILLED,
    POSTGRES_KILLED,
    RELAY_PAUSED,
    STANDBY_AWAY,
    POSTGRES_READ_ONLY,
    CONNECTIONS_TAKEN,
    REPLICA_CUT_FROM_KAFKA,
    KAFKA_EMPTIED,
    KAFKA_SET_BACK,
    TOPIC_DELETED
  }

  private static final class Tally {
    int times;
    int answered;
    int promises;
    Duration longest = Duration.ZERO;
  }

  @Test
  void nothingIsLostAndNothingEndedComesBackWhateverFails() throws Exception {
    cluster =
        Cluster.start(
            Layout.single()
                .with(Service.COMMAND, 2)
                .with(Service.TOKEN, 2)
                .with(Service.DOWNSTREAM, 0)
                .withLine());
    try {
      copy = folder.resolve("kafka");
      kafka().process().stop(Duration.ofSeconds(20));
      KafkaFolder.copy(kafka(), copy);
      kafka().restart();
      cluster.awaitReady();
      var load = new Load(cluster, 3);
      var promises = new Promises(cluster);
      try (load;
          promises) {
        long until = System.nanoTime() + (long) (MINUTES * TimeUnit.MINUTES.toNanos(1));
        do {
          strike(Kind.values()[random.nextInt(Kind.values().length)], load, promises);
        } while (System.nanoTime() < until);
      }
      settled();
      assertThat(promises.broken()).isEmpty();
      assertThat(load.surprises()).isEmpty();
      var evidence = new Evidence(cluster);
      evidence.showsEveryAcknowledgedCommandOnce(load.acknowledged());
      evidence.showsNoGap();
      evidence.isTheSameOnTheTopic();
      evidence.isTheSameInTheViews(load.organizations());
    } finally {
      Files.writeString(TABLE, table());
      cluster.close();
    }
  }

  private void strike(Kind kind, Load load, Promises promises) throws Exception {
    int answered = load.acknowledged().size();
    int promised = promises.made();
    long begin = System.nanoTime();
    strike(kind);
    load.awaitProgress(3);
    cluster.awaitReady();
    settled();
    Tally tally = tallies.computeIfAbsent(kind, k -> new Tally());
    tally.times++;
    tally.answered += load.acknowledged().size() - answered;
    tally.promises += promises.made() - promised;
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    tally.longest = took.compareTo(tally.longest) > 0 ? took : tally.longest;
    assertThat(promises.broken()).as(kind.toString()).isEmpty();
    assertThat(load.surprises()).as(kind.toString()).isEmpty();
  }

  private void strike(Kind kind) throws Exception {
    switch (kind) {
      case COMMAND_SERVICE_KILLED -> killAndRestart(Service.COMMAND, random.nextInt(2));
      case QUERY_SERVICE_KILLED -> killAndRestart(Service.QUERY, 0);
      case TOKEN_SERVICE_KILLED -> killAndRestart(Service.TOKEN, random.nextInt(2));
      case KAFKA_KILLED -> {
        kafka().process().kill();
        kafka().restart();
      }
      case POSTGRES_KILLED -> {
        EmbeddedPostgres postgres = cluster.embedded().postgres();
        postgres.process().kill();
        postgres.restart();
      }
      case RELAY_PAUSED -> {
        ChildProcess paused = cluster.replica(Service.COMMAND, random.nextInt(2)).process();
        paused.pause();
        try {
          passes(AWHILE);
        } finally {
          paused.resume();
        }
      }
      case STANDBY_AWAY ->
          configured(
              "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
              "ALTER SYSTEM RESET synchronous_standby_names");
      case POSTGRES_READ_ONLY ->
          configured(
              "ALTER SYSTEM SET default_transaction_read_only = on",
              "ALTER SYSTEM RESET default_transaction_read_only");
      case CONNECTIONS_TAKEN ->
          configured(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE"
                  + " 'keyledger%'",
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE"
                  + " 'keyledger%'");
      case REPLICA_CUT_FROM_KAFKA -> {
        cluster.line().cut();
        try {
          passes(AWHILE);
        } finally {
          cluster.line().mend();
        }
      }
      case KAFKA_EMPTIED -> {
        kafka().process().kill();
        KafkaFolder.empty(kafka());
        kafka().restart();
      }
      case KAFKA_SET_BACK -> {
        kafka().process().kill();
        KafkaFolder.setBack(kafka(), copy);
        kafka().restart();
      }
      case TOPIC_DELETED -> {
        List<String> ours = List.of(Topics.EVENTS, Topics.ACCESS, Topics.REVOCATIONS);
        try (var admin = KafkaSettings.of(kafka().bootstrapServers()).admin()) {
          admin.deleteTopics(List.of(ours.get(random.nextInt(3)))).all().get();
        }
      }
    }
  }

  private void killAndRestart(Service service, int replica) {
    cluster.replica(service, replica).process().kill();
    cluster.restart(service, replica).awaitReady(SOON);
  }

  private void configured(String fault, String mend) throws SQLException {
    configure(fault);
    try {
      passes(AWHILE);
    } finally {
      configure(mend);
    }
  }

  private void configure(String statement) throws SQLException {
    try (var connection = cluster.servers().asSuperuser();
        var own = connection.createStatement()) {
      own.execute("SET default_transaction_read_only = off");
      own.execute(statement);
      own.execute("SELECT pg_reload_conf()");
    }
  }

  /** A fault that lasts: clients run into it meanwhile. */
  private static void passes(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    await().atMost(time.plusSeconds(10)).until(() -> System.nanoTime() >= until);
  }

  private void settled() {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> new Evidence(cluster).isOnTheTopic());
  }

  private EmbeddedKafka kafka() {
    return cluster.embedded().kafka();
  }

  private String table() {
    var table =
        new StringBuilder(
            "%s minutes of faults by chance, seed %d%n%-24s %5s %9s %9s %12s%n"
                .formatted(MINUTES, SEED, "fault", "times", "commands", "in force", "longest, s"));
    tallies.forEach((kind, tally) ->
        table.append(
            "%-24s %5d %9d %9d %12.1f%n"
                .formatted(
                    kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    tally.times,
                    tally.answered,
                    tally.promises,
                    tally.longest.toMillis() / 1_000.0)));
    return table.toString();
  }
}
