package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.platform.Operator;
import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.profile.CpuShares;
import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Rounds;
import dev.keyledger.benchmarks.seed.LedgerSeed;
import dev.keyledger.benchmarks.seed.SeedPolicy;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast a whole pass of the live check compares a ledger of 200,000 events of one organisation
 * with topic, views and log, while nothing else happens.
 */
final class CheckBenchmark implements Benchmark {
  private static final int EVENTS = 200_000;
  private static final int MILLION = 1_000_000;
  private static final int MINUTE = 60;
  private static final long PATIENCE_NANOS = 1_200_000_000_000L;

  @Override
  public String name() {
    return "check";
  }

  @Override
  public String question() {
    return "events/s of a pass that compares ledger, topic, views and log as a whole";
  }

  @Override
  public List<Figure> run(Settings settings) {
    int events = settings.quick() ? 2_000 : EVENTS;
    try (var platform = Platform.start(settings.home())) {
      ServiceProcess tokens = platform.start(Service.TOKEN, List.of("-Xmx1g"), Map.of());
      Operator operator = Operator.signIn(platform, tokens, Clock.systemUTC());
      ServiceProcess first = commands(platform, tokens, Map.of());
      String organization =
          Operator.register(operator.at(first), "checked", SeedPolicy.ofKeysOfOrganizations());
      platform.stop(first);
      seed(platform, organization, events / 2);
      ServiceProcess command = commands(platform, tokens, Map.of());
      ServiceProcess query =
          platform.start(
              Service.QUERY,
              List.of("-Xmx512m"),
              Map.of(
                  "keyledger.token-service.url",
                  tokens.uri().toString(),
                  "keyledger.command-service.url",
                  command.uri().toString(),
                  "keyledger.log.check.interval",
                  "1d"));
      Api api = operator.at(query);
      awaitApplied(api, organization, events - 1);
      var pass = new FullPass(api, events);
      pass.run();
      var rounds = new ArrayList<Double>();
      for (int round = 0; round < Math.min(3, settings.rounds()); round++) {
        rounds.add(pass.run());
      }
      var pids = new LinkedHashMap<String, Long>();
      pids.put("query-service", query.process().pid());
      pids.put("command-service", command.process().pid());
      pids.put("PostgreSQL", platform.servers().postgres().process().pid());
      pids.put("Kafka", platform.servers().kafka().process().pid());
      String shares = new CpuShares(pids, System::nanoTime).during(pass::run);
      return List.of(
          Figure.of(
                  String.format(Locale.ROOT, "live check as a whole, %,d events", events),
                  "events/s",
                  new Rounds(rounds),
                  new Goal.AtLeast(MILLION / (5.0 * MINUTE)))
              .dominatedBy(shares));
    }
  }

  private static ServiceProcess commands(
      Platform platform, ServiceProcess tokens, Map<String, ?> more) {
    var settings = new LinkedHashMap<String, Object>(more);
    settings.put("keyledger.token-service.url", tokens.uri().toString());
    return platform.start(Service.COMMAND, List.of("-Xmx512m"), settings);
  }

  private static void seed(Platform platform, String organization, int keys) {
    try (Connection connection = platform.servers().database().as(Logins.runtime("command"))) {
      var unused = new LedgerSeed(7, connection).keys(organization, 1, keys, 0);
    } catch (SQLException e) {
      throw new IllegalStateException("the ledger could not be written", e);
    }
  }

  /** Each question waits for five seconds. */
  private static void awaitApplied(Api api, String organization, long position) {
    long startedAt = System.nanoTime();
    while (!api.get("/v1/organizations/" + organization + "?at_least=" + position).isSuccess()) {
      if (System.nanoTime() - startedAt > PATIENCE_NANOS) {
        throw new IllegalStateException("the views did not come so far");
      }
    }
  }

  private record FullPass(Api operator, int events) {
    private static final String PATH = "/v1/platform/log/check";

    /** Events a second. */
    double run() {
      long startedAt = System.nanoTime();
      long asked = Operator.require(operator.post(PATH)).node("pass").asLong();
      while (true) {
        Answer check = Operator.require(operator.get(PATH));
        if (check.node("pass.pass").asLong() >= asked
            && check.text("pass.state").equals("finished")) {
          mustBeGood(check);
          return events * 1e9 / (System.nanoTime() - startedAt);
        }
        LockSupport.parkNanos(50_000_000);
      }
    }

    private static void mustBeGood(Answer check) {
      boolean hindered =
          check.node("parts").valueStream().anyMatch(part -> !part.path("hindered").isNull());
      if (hindered || check.node("finding_count").asLong(-1) != 0) {
        throw new IllegalStateException(
            "not everything was compared, or something found: " + check);
      }
    }
  }
}
