package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.ceiling.BareCopy;
import dev.keyledger.benchmarks.ceiling.BareRead;
import dev.keyledger.benchmarks.platform.Operator;
import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.profile.CpuShares;
import dev.keyledger.benchmarks.profile.FlightRecording;
import dev.keyledger.benchmarks.report.Alternation;
import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Rounds;
import dev.keyledger.benchmarks.seed.EventSeed;
import dev.keyledger.benchmarks.seed.TopicWriter;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** (d) Events a second of a rebuild of the views, from the operator's call until it serves. */
final class RebuildBenchmark implements Benchmark {
  private static final int KEYS_EACH = 160;
  private static final Duration AT_REST = Duration.ofSeconds(3);
  private static final Duration ASKED_EVERY = Duration.ofMillis(250);

  @Override
  public String name() {
    return "rebuild";
  }

  @Override
  public String question() {
    return "events/s of a rebuild of all views, while the old ones serve";
  }

  @Override
  public List<Figure> run(Settings settings) {
    try (var platform = Platform.start(settings.home())) {
      platform.makeTopics();
      long events = seed(platform, settings.quick() ? 5_000 : 250_000);
      ServiceProcess tokens = platform.start(Service.TOKEN, List.of(), Map.of());
      Operator operator = Operator.signIn(platform, tokens, Clock.systemUTC());
      ServiceProcess query =
          platform.start(
              Service.QUERY,
              List.of("-Xmx512m"),
              Map.of("keyledger.token-service.url", tokens.uri().toString()));
      var rebuild = new Rebuild(operator.at(query), events);
      // The second is still compiled while it runs.
      rebuild.run();
      rebuild.run();
      rebuild.run();
      List<Rounds> rounds =
          new Alternation(settings.rounds(), settings.budget(), System::nanoTime)
              .run(
                  List.of(
                      rebuild::runAtRest,
                      () ->
                          BareRead.perSecond(
                              platform.servers().bootstrapServers(), System::nanoTime),
                      () -> BareCopy.perSecond(platform.servers()::asSuperuser, System::nanoTime)));
      var pids = new LinkedHashMap<String, Long>();
      pids.put("query-service", query.process().pid());
      pids.put("PostgreSQL", platform.servers().postgres().process().pid());
      pids.put("Kafka", platform.servers().kafka().process().pid());
      rebuild.rest();
      String shares = new CpuShares(pids, System::nanoTime).during(rebuild::run);
      rebuild.rest();
      String sampled = FlightRecording.during(query.process().pid(), rebuild::run);
      return List.of(
          Figure.against(
              "one connection's COPY of the same history, and its indexes",
              rounds.get(2),
              "rebuild of the views, " + events + " events",
              "events/s",
              rounds.get(0),
              new Goal.AtLeast(60_000)),
          Figure.against(
                  "reading and decoding alone",
                  rounds.get(1),
                  "rebuild of the views, " + events + " events",
                  "events/s",
                  rounds.get(0),
                  new Goal.AtLeast(60_000))
              .dominatedBy(sampled + "; " + shares));
    }
  }

  private static long seed(Platform platform, long atLeast) {
    try (var topics = new TopicWriter(platform.servers().bootstrapServers(), platform.seals())) {
      var seed = new EventSeed(3, topics::write);
      seed.events(atLeast, KEYS_EACH);
      topics.flush();
      return seed.written();
    }
  }

  private record Rebuild(Api operator, long events) {
    /** As {@link #run}, once the views that the rebuild before has replaced are dropped. */
    double runAtRest() {
      rest();
      return run();
    }

    void rest() {
      LockSupport.parkNanos(AT_REST.toNanos());
    }

    /**
     * Events a second, between the times that the platform tells: whoever asks it often enough to
     * time it takes a part of the processors.
     */
    double run() {
      String id = Operator.require(operator.post("/v1/platform/rebuilds")).text("id");
      while (true) {
        Answer progress = Operator.require(operator.get("/v1/platform/rebuilds/" + id));
        switch (progress.text("state")) {
          case "serving" -> {
            Duration took =
                Duration.between(
                    Instant.parse(progress.text("requested_at")),
                    Instant.parse(progress.text("finished_at")));
            return events * 1e3 / took.toMillis();
          }
          case "cancelled" -> throw new IllegalStateException("the rebuild was cancelled");
          default -> LockSupport.parkNanos(ASKED_EVERY.toNanos());
        }
      }
    }
  }
}
