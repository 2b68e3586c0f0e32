package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.ceiling.CeilingHandlers;
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
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** (k) Verifications a second through the gateway, against token-service without it. */
final class GatewayBenchmark implements Benchmark {
  private static final int CONNECTIONS = 32;

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public String question() {
    return "verifies/s through the gateway, against token-service itself and an empty handler";
  }

  @Override
  public List<Figure> run(Settings settings) {
    try (var platform = Platform.start(settings.home());
        var load = LoadProcess.start()) {
      List<String> requests = Verifications.seed(platform);
      ServiceProcess service = platform.startTokenServiceWithCeilings(List.of(), Map.of());
      ServiceProcess gateway =
          platform.start(
              Service.GATEWAY,
              List.of(),
              Map.of("keyledger.token-service.url", service.uri().toString()));
      List<String> empty =
          requests.stream()
              .map(r -> r.replaceFirst("/v1/keys/verify", CeilingHandlers.EMPTY))
              .toList();
      DoubleSupplier through = () -> run(load, gateway.port(), requests, settings.roundMillis());
      DoubleSupplier direct = () -> run(load, service.port(), requests, settings.roundMillis());
      DoubleSupplier nothing = () -> run(load, service.port(), empty, settings.roundMillis());
      WarmUp warmUp = WarmUp.of(settings);
      var compilers =
          new Compilers(
              List.of(service.process().pid(), gateway.process().pid(), load.pid()),
              System::nanoTime);
      warmUp.run(millis -> run(load, gateway.port(), requests, millis), compilers::busy);
      warmUp.run(millis -> run(load, service.port(), empty, millis), compilers::busy);
      List<Rounds> rounds =
          new Alternation(settings.rounds(), settings.budget(), System::nanoTime)
              .run(List.of(through, direct, nothing));
      String shares =
          new CpuShares(
                  Map.of(
                      "gateway", gateway.process().pid(),
                      "token-service", service.process().pid(),
                      "load generator", load.pid()),
                  System::nanoTime)
              .perOperation(through);
      String sampled = FlightRecording.during(gateway.process().pid(), through::getAsDouble);
      String what = "verify a key through the gateway, " + CONNECTIONS + " connections";
      return List.of(
          Figure.against(
                  "token-service itself",
                  rounds.get(1),
                  what,
                  "1/s",
                  rounds.get(0),
                  new Goal.RatioAtLeast(0.35))
              .dominatedBy(sampled + "; " + shares),
          Figure.against(
              "empty handler", rounds.get(2), what, "1/s", rounds.get(0), new Goal.None()));
    }
  }

  private static double run(LoadProcess load, int port, List<String> requests, long millis) {
    return load.run(new LoadOrder(port, CONNECTIONS, millis, requests, "\"valid\":true"))
        .orThrow()
        .perSecond();
  }
}
