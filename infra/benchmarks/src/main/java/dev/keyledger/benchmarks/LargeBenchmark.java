package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.platform.Operator;
import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.profile.FlightRecording;
import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Latencies;
import dev.keyledger.benchmarks.report.Rounds;
import dev.keyledger.benchmarks.seed.LedgerSeed;
import dev.keyledger.benchmarks.seed.SeedPolicy;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * (g) One organisation of 500,000 keys, nearly all of them ended: what its commands take, what the
 * others' take beside them, and what it costs in memory.
 */
final class LargeBenchmark implements Benchmark {
  private static final int LIVING = 100;
  private static final int WARM = 200;
  private static final int BESIDE = 20;
  private static final long PATIENCE_NANOS = 600_000_000_000L;

  @Override
  public String name() {
    return "large";
  }

  @Override
  public String question() {
    return "commands of an organisation of 500,000 keys, warm and cold, and of others beside it";
  }

  @Override
  public List<Figure> run(Settings settings) {
    int keys = settings.quick() ? 5_000 : 500_000;
    try (var platform = Platform.start(settings.home())) {
      ServiceProcess tokens = platform.start(Service.TOKEN, List.of("-Xmx1g"), Map.of());
      Operator operator = Operator.signIn(platform, tokens, Clock.systemUTC());
      ServiceProcess first = commands(platform, tokens);
      String large =
          Operator.register(operator.at(first), "large", SeedPolicy.ofKeysOfOrganizations());
      String small =
          Operator.register(operator.at(first), "small", SeedPolicy.ofKeysOfOrganizations());
      platform.stop(first);
      List<KeyId> living = seed(platform, large, keys);
      return new Question(platform, tokens, operator, large, small, living, keys)
          .figures(Math.min(3, settings.rounds()));
    }
  }

  private static ServiceProcess commands(Platform platform, ServiceProcess tokens) {
    return platform.start(
        Service.COMMAND,
        List.of("-Xmx512m"),
        Map.of("keyledger.token-service.url", tokens.uri().toString()));
  }

  private static List<KeyId> seed(Platform platform, String organization, int keys) {
    try (Connection connection = platform.servers().database().as(Logins.runtime("command"))) {
      return new LedgerSeed(7, connection).keys(organization, 1, keys, LIVING);
    } catch (SQLException e) {
      throw new IllegalStateException("the ledger could not be written", e);
    }
  }

  private record Question(
      Platform platform,
      ServiceProcess tokens,
      Operator operator,
      String large,
      String small,
      List<KeyId> living,
      int keys) {

    List<Figure> figures(int rounds) {
      String name = String.format(Locale.ROOT, "%,d keys", keys);
      ServiceProcess process = commands(platform, tokens);
      awaitPublished(process);
      double before = liveBytes(process);
      double withoutSnapshot = millis(() -> rename(process, 0));
      awaitSnapshot();
      var warm = new ArrayList<Long>();
      for (int i = 1; i <= 2 * WARM; i++) {
        int number = i;
        long nanos = (long) (1e6 * millis(() -> rename(process, number)));
        if (i > WARM) {
          warm.add(nanos);
        }
      }
      double heap = (liveBytes(process) - before) / (1 << 20);
      platform.stop(process);
      var cold = new ArrayList<Double>();
      var beside = new ArrayList<Double>();
      var besideWithout = new ArrayList<Double>();
      for (int round = 0; round < rounds; round++) {
        coldRound(cold, beside, round);
      }
      forgetSnapshots();
      coldRound(new ArrayList<>(), besideWithout, rounds);
      var latencies = new Latencies(warm);
      return List.of(
          Figure.of(
              "warm command, p50, " + name,
              "ms",
              Rounds.of(latencies.millisAt(50)),
              new Goal.None()),
          Figure.of(
              "warm command, p99, " + name,
              "ms",
              Rounds.of(latencies.millisAt(99)),
              new Goal.AtMost(50)),
          Figure.of(
              "first command of a fresh process, " + name,
              "ms",
              new Rounds(cold),
              new Goal.AtMost(2_000)),
          Figure.of(
              "the same without a snapshot", "ms", Rounds.of(withoutSnapshot), new Goal.None()),
          Figure.of(
              "another's receipt while the relay reads it, the slowest of " + BESIDE,
              "ms more",
              new Rounds(beside),
              new Goal.AtMost(200)),
          Figure.of(
              "the same without a snapshot",
              "ms more",
              new Rounds(besideWithout),
              new Goal.AtMost(200)),
          Figure.of(
              "heap of command-service, " + name, "MB more", Rounds.of(heap), new Goal.None()));
    }

    /** What is compared are the same replica's receipts before its relay has heard of it. */
    private void coldRound(List<Double> cold, List<Double> beside, int round) {
      ServiceProcess process = commands(platform, tokens);
      var alone = new ArrayList<Long>();
      for (int i = 0; i < 3 * BESIDE; i++) {
        long nanos = (long) (1e6 * millis(() -> create(process, "wait=30")));
        if (i >= 2 * BESIDE) {
          alone.add(nanos);
        }
      }
      cold.add(millis(() -> rename(process, -1 - round)));
      var together = new ArrayList<Long>();
      for (int i = 0; i < BESIDE; i++) {
        together.add((long) (1e6 * millis(() -> create(process, "wait=30"))));
      }
      beside.add(new Latencies(together).millisAt(100) - new Latencies(alone).millisAt(50));
      awaitPublished(process);
      platform.stop(process);
    }

    private void rename(ServiceProcess process, int number) {
      KeyId key = living.get(Math.floorMod(number, living.size()));
      Operator.require(
          without(process)
              .patch(
                  "/v1/organizations/" + large + "/keys/" + key.value(),
                  Map.of("name", "name " + number)));
    }

    private void create(ServiceProcess process, String prefer) {
      Operator.require(
          operator
              .at(process)
              .with("Prefer", prefer)
              .post(
                  "/v1/organizations/" + small + "/keys",
                  Map.of("name", "k", "environment", SeedPolicy.ENVIRONMENT)));
    }

    private Api without(ServiceProcess process) {
      return operator.at(process).with("Prefer", "wait=0");
    }

    private static double millis(Runnable action) {
      long startedAt = System.nanoTime();
      action.run();
      return (System.nanoTime() - startedAt) / 1e6;
    }

    private void awaitPublished(ServiceProcess process) {
      await(
          "the relay to have published all",
          () -> {
            Api.Answer relay = Operator.require(operator.at(process).get("/v1/platform/relay"));
            return relay.text("status").equals("leading")
                && relay.node("lag_events").asLong(-1) == 0;
          });
    }

    private void awaitSnapshot() {
      await(
          "a snapshot", () -> snapshots("SELECT count(*) FROM command.organization_snapshot") > 0);
    }

    private void forgetSnapshots() {
      snapshots(
          "WITH gone AS (DELETE FROM command.organization_snapshot RETURNING 1) SELECT count(*)"
              + " FROM gone");
    }

    private long snapshots(String sql) {
      try (Connection connection = platform.servers().database().as(Logins.runtime("command"));
          var rows = connection.createStatement().executeQuery(sql)) {
        rows.next();
        return rows.getLong(1);
      } catch (SQLException e) {
        throw new IllegalStateException("snapshots could not be asked for", e);
      }
    }

    private interface Condition {
      boolean holds();
    }

    private static void await(String what, Condition condition) {
      long startedAt = System.nanoTime();
      while (!condition.holds()) {
        if (System.nanoTime() - startedAt > PATIENCE_NANOS) {
          throw new IllegalStateException("in vain waited for " + what);
        }
        LockSupport.parkNanos(100_000_000);
      }
    }
  }

  /** The histogram counts what a full collection leaves. */
  private static double liveBytes(ServiceProcess process) {
    String total =
        FlightRecording.jcmd(process.process().pid(), "GC.class_histogram").stream()
            .filter(line -> line.startsWith("Total"))
            .findFirst()
            .orElseThrow();
    return Double.parseDouble(total.trim().split("\\s+")[2]);
  }
}
