package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.followers.IdleStreams;
import dev.keyledger.benchmarks.platform.Operator;
import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.profile.CpuShares;
import dev.keyledger.benchmarks.profile.FlightRecording;
import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Rounds;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** What delivery-service takes of the machine while ten thousand follow it and nothing ends. */
final class StreamsBenchmark implements Benchmark {
  private static final Duration PATIENCE = Duration.ofSeconds(240);
  private static final Duration OBSERVED = Duration.ofSeconds(20);
  private static final Duration SETTLES = Duration.ofSeconds(10);
  private static final int AHEAD = 16;

  @Override
  public String name() {
    return "streams";
  }

  @Override
  public String question() {
    return "resident memory of delivery-service with 10,000 streams on which nothing happens";
  }

  @Override
  public List<Figure> run(Settings settings) {
    int count = settings.quick() ? 200 : 10_000;
    try (var platform = Platform.start(settings.home())) {
      ServiceProcess tokens = platform.start(Service.TOKEN, List.of(), Map.of());
      Operator operator = Operator.signIn(platform, tokens, Clock.systemUTC());
      Map<String, Object> tokensUrl =
          Map.of("keyledger.token-service.url", tokens.uri().toString());
      ServiceProcess commands = platform.start(Service.COMMAND, List.of("-Xmx512m"), tokensUrl);
      ServiceProcess delivery =
          platform.start(
              Service.DELIVERY,
              List.of("-Xmx256m"),
              Map.of(
                  "keyledger.token-service.url",
                  tokens.uri().toString(),
                  "keyledger.command-service.url",
                  commands.uri().toString(),
                  // One follower of all organisations has half of them, and one host of
                  // connections.
                  "keyledger.delivery.streams",
                  2 * count + 100,
                  "keyledger.bounds.connections",
                  2 * count + 1_000));
      double empty = residentMegabytes(delivery);
      try (var streams =
          new IdleStreams(delivery.port(), "Bearer " + follower(operator, commands))) {
        open(streams, count);
        LockSupport.parkNanos(SETTLES.toNanos());
        long before = streams.read();
        String shares =
            new CpuShares(Map.of("delivery-service", delivery.process().pid()), System::nanoTime)
                .during(() -> LockSupport.parkNanos(OBSERVED.toNanos()));
        double told = (streams.read() - before) / (double) OBSERVED.toSeconds() / count;
        if (streams.open() != count) {
          throw new IllegalStateException(streams.open() + " of " + count + " streams are left");
        }
        return List.of(
            Figure.of(
                    "delivery-service with " + count + " idle streams, resident",
                    "MB",
                    new Rounds(List.of(residentMegabytes(delivery))),
                    new Goal.AtMost(512))
                .dominatedBy(
                    "%.0f MB without any; %s; each is told %.0f bytes a second"
                        .formatted(empty, shares, told)));
      }
    }
  }

  private static void open(IdleStreams streams, int count) {
    long startedAt = System.nanoTime();
    int asked = 0;
    while (streams.open() < count) {
      if (System.nanoTime() - startedAt > PATIENCE.toNanos()) {
        throw new IllegalStateException("only " + streams.open() + " streams have begun");
      }
      asked -= streams.takeToldToComeAgain();
      if (asked < count && asked - streams.open() < AHEAD) {
        streams.add();
        asked++;
      } else {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private static String follower(Operator operator, ServiceProcess commands) {
    return Operator.require(
            operator
                .at(commands)
                .post(
                    "/v1/platform/services",
                    Map.of("name", "follower", "permissions", List.of(Permissions.KEYS_VERIFY))))
        .text("secret");
  }

  /** After a full collection, by what the system says. */
  private static double residentMegabytes(ServiceProcess process) {
    long pid = process.process().pid();
    var unused = FlightRecording.jcmd(pid, "GC.run");
    try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow()
          / 1024.0;
    } catch (IOException e) {
      throw new UncheckedIOException("the system doesn't say", e);
    }
  }
}
