package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.keyledger.events.Topics;
import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.servers.EmbeddedKafka;
import dev.keyledger.infra.servers.EmbeddedPostgres;
import dev.keyledger.infra.services.Service;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.Cluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of all kinds by chance, with commands, sign-ins and verifications beside them, for {@code
 * -Dkeyledger.faults.minutes}, or one of each kind when nothing is said; {@code
 * -Dkeyledger.faults.seed} repeats a run's choices, and {@code -Dkeyledger.faults.kinds} names the
 * kinds, separated by commas, where not all are wanted. A kind that this machine can't have is a
 * skipped test with its reason. It ends with one table: how often each fault struck, commands that
 * were answered and endings that were reported in force meanwhile, and the longest time until all
 * was settled.
 */
@Tag("faults")
class RandomFaultsTest {
  /** What {@code ./keyledger test} shows at its end. */
  private static final Path TABLE = Path.of("target", "random-faults.txt");

  private static final double MINUTES =
      Double.parseDouble(System.getProperty("keyledger.faults.minutes", "0"));
  private static final long SEED = Long.getLong("keyledger.faults.seed", System.nanoTime());
  private static final List<Kind> PICKED = picked();
  private static final Duration AWHILE = Duration.ofSeconds(4);

  /** Whoever is held for so long knows too little afterwards to accept by itself. */
  private static final Duration LONGER_THAN_ANY_BOUND = Duration.ofSeconds(7);

  private static final Duration SOON = Duration.ofMinutes(3);

  @TempDir Path folder;

  private final Random random = new Random(SEED);
  private final Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);
  private final Cluster cluster = FaultCluster.get();
  private final UnderLoad underLoad = new UnderLoad(cluster);
  private final Map<Kind, String> impossible = impossible(cluster);
  private final List<Kind> kinds =
      PICKED.stream().filter(kind -> !impossible.containsKey(kind)).toList();
  private Path copy;
  private @Nullable Receivers receivers;

  private enum Kind {
    COMMAND_SERVICE_KILLED,
    QUERY_SERVICE_KILLED,
    TOKEN_SERVICE_KILLED,
    DELIVERY_SERVICE_KILLED,
    DELIVERY_SERVICE_PAUSED,
    FOLLOWER_KILLED,
    FOLLOWER_PAUSED,
    KAFKA_KILLED,
    POSTGRES_KILLED,
    RELAY_PAUSED,
    STANDBY_AWAY,
    POSTGRES_READ_ONLY,
    CONNECTIONS_TAKEN,
    REPLICA_CUT_FROM_KAFKA,
    KAFKA_EMPTIED,
    KAFKA_SET_BACK,
    TOPIC_DELETED,
    LONE_RELAY_KILLED,
    CLOCK_OFF,
    RECORD_POISONED,
    DISK_FULL,
    CONNECTIONS_DRAINED,
    NETWORK_CUT
  }

  private static final class Tally {
    int times;
    int answered;
    int promises;
    Duration longest = Duration.ZERO;
  }

  @TestFactory
  Stream<DynamicTest> faults() {
    var all = new ArrayList<DynamicTest>();
    if (!kinds.isEmpty()) {
      all.add(
          dynamicTest(
              "nothing is lost and nothing that ended comes back, whatever fails",
              this::nothingIsLostAndNothingEndedComesBackWhateverFails));
    }
    skipped().forEach(kind -> all.add(dynamicTest(words(kind), () -> abort(whyNot(kind)))));
    return all.stream();
  }

  private void nothingIsLostAndNothingEndedComesBackWhateverFails() throws Exception {
    try {
      copy = folder.resolve("kafka");
      kafka().process().stop(Duration.ofSeconds(20));
      DataFolder.copy(kafka().data(), copy);
      kafka().restart();
      cluster.awaitReady();
      var load = new Load(cluster, 3);
      var promises = new Promises(cluster);
      receivers = new Receivers(cluster, load.organizations());
      try (load;
          promises) {
        long until = System.nanoTime() + (long) (MINUTES * TimeUnit.MINUTES.toNanos(1));
        if (MINUTES == 0) {
          for (Kind kind : kinds) {
            strike(kind, load, promises);
          }
        }
        while (System.nanoTime() < until) {
          strike(oneOf(kinds), load, promises);
        }
      }
      underLoad.check(load, promises, receivers);
    } finally {
      if (receivers != null) {
        receivers.close();
      }
      Files.writeString(TABLE, table());
    }
  }

  private static List<Kind> picked() {
    String chosen = System.getProperty("keyledger.faults.kinds", "");
    return chosen.isEmpty()
        ? List.of(Kind.values())
        : Stream.of(chosen.split(",", -1)).map(Kind::valueOf).distinct().toList();
  }

  /** What can't be had on this machine, and why. */
  private static Map<Kind, String> impossible(Cluster cluster) {
    return cluster.embedded().postgres().smallDisk().isPresent()
        ? Map.of()
        : Map.of(Kind.DISK_FULL, DatabaseOutages.NO_SMALL_DISK);
  }

  private Stream<Kind> skipped() {
    return PICKED.stream().filter(impossible::containsKey);
  }

  private String whyNot(Kind kind) {
    return words(kind) + ": " + impossible.get(kind);
  }

  private void strike(Kind kind, Load load, Promises promises) throws Exception {
    int answered = load.acknowledged().size();
    int promised = promises.made();
    long begin = System.nanoTime();
    strike(kind, promises);
    load.awaitProgress(3);
    cluster.awaitReady();
    underLoad.awaitSettled();
    Tally tally = tallies.computeIfAbsent(kind, k -> new Tally());
    tally.times++;
    tally.answered += load.acknowledged().size() - answered;
    tally.promises += promises.made() - promised;
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    tally.longest = took.compareTo(tally.longest) > 0 ? took : tally.longest;
    assertThat(promises.broken()).as(kind.toString()).isEmpty();
    assertThat(load.surprises()).as(kind.toString()).isEmpty();
  }

  private void strike(Kind kind, Promises promises) throws Exception {
    switch (kind) {
      case COMMAND_SERVICE_KILLED -> killAndRestart(Service.COMMAND, random.nextInt(2));
      case QUERY_SERVICE_KILLED -> killAndRestart(Service.QUERY, 0);
      case TOKEN_SERVICE_KILLED -> killAndRestart(Service.TOKEN, random.nextInt(2));
      case DELIVERY_SERVICE_KILLED ->
          killAndRestart(
              Service.DELIVERY, random.nextInt(cluster.replicas(Service.DELIVERY).size()));
      case DELIVERY_SERVICE_PAUSED -> paused(cluster.replica(Service.DELIVERY, 0).process());
      case FOLLOWER_KILLED -> {
        FollowingService killed = oneOf(promises.followers());
        killed.process().kill();
        UnderLoad.passes(AWHILE);
        killed.restart();
        killed.awaitFollowing();
      }
      case FOLLOWER_PAUSED -> {
        FollowingService held = oneOf(promises.followers());
        paused(held.process());
        held.awaitFollowing();
      }
      case KAFKA_KILLED -> {
        kafka().process().kill();
        kafka().restart();
      }
      case POSTGRES_KILLED -> {
        EmbeddedPostgres postgres = cluster.embedded().postgres();
        postgres.process().kill();
        postgres.restart();
      }
      case RELAY_PAUSED -> paused(cluster.replica(Service.COMMAND, random.nextInt(2)).process());
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
          UnderLoad.passes(AWHILE);
        } finally {
          cluster.line().mend();
        }
      }
      case KAFKA_EMPTIED -> {
        kafka().process().kill();
        DataFolder.empty(kafka().data());
        kafka().restart();
      }
      case KAFKA_SET_BACK -> {
        kafka().process().kill();
        DataFolder.setBack(kafka().data(), copy);
        kafka().restart();
      }
      case TOPIC_DELETED -> {
        List<String> ours = List.of(Topics.EVENTS, Topics.ACCESS, Topics.REVOCATIONS);
        try (var admin = KafkaSettings.of(kafka().bootstrapServers()).admin()) {
          admin.deleteTopics(List.of(ours.get(random.nextInt(3)))).all().get();
        }
      }
      case LONE_RELAY_KILLED ->
          assertThat(new LoneRelay(cluster).refusedAfterKill(random.nextInt(2)))
              .isLessThan(LoneRelay.REFUSES_AFTER_SLOWNESS);
      case CLOCK_OFF -> {
        Service service =
            oneOf(List.of(Service.COMMAND, Service.QUERY, Service.TOKEN, Service.DELIVERY));
        int replica = random.nextInt(cluster.replicas(service).size());
        new WrongClocks(cluster).strike(service, replica, oneOf(WrongClocks.OFF));
      }
      case RECORD_POISONED ->
          new PoisonedRecords(cluster).strike(oneOf(PoisonedRecords.TOPICS), random.nextInt());
      case DISK_FULL -> new DatabaseOutages(cluster).fillDisk();
      case CONNECTIONS_DRAINED -> new DatabaseOutages(cluster).drainConnections();
      case NETWORK_CUT ->
          new NetworkCuts(cluster).strike(oneOf(NetworkCuts.pairs()), random.nextInt(2));
    }
  }

  private static void paused(ChildProcess process) {
    process.pause();
    try {
      UnderLoad.passes(LONGER_THAN_ANY_BOUND);
    } finally {
      process.resume();
    }
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private void killAndRestart(Service service, int replica) {
    cluster.replica(service, replica).process().kill();
    cluster.restart(service, replica).awaitReady(SOON);
  }

  private void configured(String fault, String mend) throws SQLException {
    configure(fault);
    try {
      UnderLoad.passes(AWHILE);
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

  private EmbeddedKafka kafka() {
    return cluster.embedded().kafka();
  }

  private String table() {
    var table =
        new StringBuilder(
            "%s, seed %d%n%-24s %5s %9s %9s %12s%n"
                .formatted(title(), SEED, "fault", "times", "commands", "in force", "longest, s"));
    tallies.forEach((kind, tally) ->
        table.append(
            "%-24s %5d %9d %9d %12.1f%n"
                .formatted(
                    words(kind),
                    tally.times,
                    tally.answered,
                    tally.promises,
                    tally.longest.toMillis() / 1_000.0)));
    skipped().map(kind -> "skipped: " + whyNot(kind) + "\n").forEach(table::append);
    return table.toString();
  }

  /** True of a run that failed too: a kind has struck once all was settled after it. */
  private String title() {
    String faults = "%d of %d kinds of faults".formatted(tallies.size(), Kind.values().length);
    return MINUTES == 0
        ? faults + ", once each"
        : faults + ", by chance for " + MINUTES + " minutes at most";
  }

  private static String words(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
