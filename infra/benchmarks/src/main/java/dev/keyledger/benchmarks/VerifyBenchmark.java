package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.ceiling.BareNetty;
import dev.keyledger.benchmarks.ceiling.CeilingHandlers;
import dev.keyledger.benchmarks.load.Exchange;
import dev.keyledger.benchmarks.load.LoadOrder;
import dev.keyledger.benchmarks.load.LoadProcess;
import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.profile.Compilers;
import dev.keyledger.benchmarks.profile.CpuShares;
import dev.keyledger.benchmarks.profile.FlightRecording;
import dev.keyledger.benchmarks.report.Alternation;
import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Rounds;
import dev.keyledger.infra.services.ServiceProcess;
import java.util.List;
import java.util.Map;

/** (a) Verifications a second against an empty handler of the same server, and bare Netty. */
final class VerifyBenchmark implements Benchmark {
  private static final int CONNECTIONS = 128;

  @Override
  public String name() {
    return "verify";
  }

  @Override
  public String question() {
    return "verifies/s, against an empty handler of the same server and against bare Netty";
  }

  @Override
  public List<Figure> run(Settings settings) {
    try (var platform = Platform.start(settings.home());
        var load = LoadProcess.start();
        var netty = BareNetty.start()) {
      List<String> requests = Verifications.seed(platform);
      ServiceProcess service = platform.startTokenServiceWithCeilings(List.of(), Map.of());
      var verify = new Load(load, service.port(), requests, "\"valid\":true");
      var empty =
          new Load(load, service.port(), to(CeilingHandlers.EMPTY, requests), "\"valid\":true");
      var bare = new Load(load, netty.port(), requests, "\"valid\":true");
      mustBeAsLongAsTheCeilings(service.port(), requests.getFirst());
      WarmUp warmUp = WarmUp.of(settings);
      var compilers =
          new Compilers(
              List.of(service.process().pid(), load.pid(), netty.pid()), System::nanoTime);
      warmUp.run(verify::run, compilers::busy);
      warmUp.run(empty::run, compilers::busy);
      warmUp.run(bare::run, compilers::busy);
      List<Rounds> rounds =
          new Alternation(settings.rounds(), settings.budget(), System::nanoTime)
              .run(
                  List.of(
                      () -> verify.run(settings.roundMillis()),
                      () -> empty.run(settings.roundMillis()),
                      () -> bare.run(settings.roundMillis())));
      String shares =
          new CpuShares(
                  Map.of("token-service", service.process().pid(), "load generator", load.pid()),
                  System::nanoTime)
              .perOperation(() -> verify.run(settings.roundMillis()));
      String sampled =
          FlightRecording.during(service.process().pid(), () -> verify.run(settings.roundMillis()));
      return List.of(
          Figure.against(
                  "empty handler",
                  rounds.get(1),
                  "verify a key, " + CONNECTIONS + " connections",
                  "1/s",
                  rounds.get(0),
                  new Goal.RatioAtLeast(0.8))
              .dominatedBy(sampled + "; " + shares),
          Figure.against(
              "bare Netty",
              rounds.get(2),
              "verify a key, " + CONNECTIONS + " connections",
              "1/s",
              rounds.get(0),
              new Goal.None()),
          Figure.against(
              "bare Netty",
              rounds.get(2),
              "empty handler on the service's server",
              "1/s",
              rounds.get(1),
              new Goal.None()));
    }
  }

  /** Or the ceilings would write less, or more, than what they are compared with. */
  private static void mustBeAsLongAsTheCeilings(int port, String request) {
    try (var exchange = Exchange.with(port)) {
      int answered = exchange.send(request).orThrow().body().length();
      if (answered != BareNetty.BODY.length()) {
        throw new IllegalStateException(
            "a verification is answered by %d bytes, the ceilings answer %d"
                .formatted(answered, BareNetty.BODY.length()));
      }
    }
  }

  private static List<String> to(String path, List<String> requests) {
    return requests.stream().map(request -> request.replaceFirst("/v1/keys/verify", path)).toList();
  }

  private record Load(LoadProcess process, int port, List<String> requests, String expected) {
    double run(long millis) {
      return process
          .run(new LoadOrder(port, CONNECTIONS, millis, requests, expected))
          .orThrow()
          .perSecond();
    }
  }
}
