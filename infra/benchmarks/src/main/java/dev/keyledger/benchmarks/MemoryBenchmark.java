package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Rounds;
import dev.keyledger.benchmarks.seed.AccessSeed;
import dev.keyledger.benchmarks.seed.AccessSeed.SeededOrganization;
import dev.keyledger.benchmarks.seed.SeedPolicy;
import dev.keyledger.benchmarks.seed.TopicWriter;
import dev.keyledger.events.policy.KeyTokenRules.Format;
import dev.keyledger.infra.services.Program;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * (g) What an organisation and a key take of token-service's heap: 100,000 organisations on one
 * policy, of one member each, without keys and with five. Each start has half a gigabyte; the last
 * has half of that, which is too little, and is to say so and live.
 */
final class MemoryBenchmark implements Benchmark {
  private static final List<String> JVM = List.of("-Xmx512m");
  private static final List<String> TOO_LITTLE = List.of("-Xmx256m");
  private static final int KEYS_EACH = 5;
  private static final long PATIENCE_NANOS = 600_000_000_000L;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String question() {
    return "token-service's heap: bytes of an organisation and of a key; what too little does";
  }

  @Override
  public List<Figure> run(Settings settings) {
    int count = settings.quick() ? 1_000 : 100_000;
    try (var platform = Platform.start(settings.home());
        var topics = new TopicWriter(platform.servers().bootstrapServers(), platform.seals())) {
      platform.makeTopics();
      Program program = Program.of(settings.home(), Service.TOKEN);
      // It migrates the database too, of which nothing stays that a hundred thousand would notice.
      double empty = Start.of(platform, program, JVM).liveBytes();
      var seed =
          new AccessSeed(
              3, platform.keys().currentPepper(), SeedPolicy.of(Format.JWT), topics::write);
      List<SeededOrganization> organizations = seed.emptyOrganizations(count);
      topics.flush();
      double withOrganizations = Start.of(platform, program, JVM).liveBytes();
      seed.silentKeys(organizations, KEYS_EACH);
      topics.flush();
      Start full = Start.of(platform, program, JVM);
      String number = String.format(Locale.ROOT, "%,d", count);
      double keys = (double) count * KEYS_EACH;
      return List.of(
          one(
              "an organisation with one member, of " + number,
              "bytes",
              (withOrganizations - empty) / count,
              new Goal.AtMost(1_500)),
          one(
              "a key, of " + KEYS_EACH + " for each of them",
              "bytes",
              (full.liveBytes() - withOrganizations) / keys,
              new Goal.AtMost(400)),
          one(
              "all of it with the service itself, in 512 MB",
              "MB",
              full.liveBytes() / 1e6,
              new Goal.None()),
          one("ready with them, in 512 MB", "s", full.seconds(), new Goal.AtMost(30)),
          one(
              "organisations held with all keys until 256 MB are full",
              "",
              heldByTooLittle(platform, program, count),
              new Goal.None()));
    }
  }

  private static Figure one(String name, String unit, double measured, Goal goal) {
    return Figure.of(name, unit, new Rounds(List.of(measured)), goal);
  }

  /** How many it holds once it leaves out others, or all; it has to be alive, and not ready. */
  private static double heldByTooLittle(Platform platform, Program program, int count) {
    ServiceProcess process = platform.starting(program, TOO_LITTLE, Map.of());
    try {
      long startedAt = System.nanoTime();
      while (!process.isReady() && metric(process, "keyledger_access_left_out_records") <= 0) {
        if (!process.process().isAlive() || System.nanoTime() - startedAt > PATIENCE_NANOS) {
          throw new IllegalStateException("too little memory was no alarm; see " + process.log());
        }
        LockSupport.parkNanos(100_000_000);
      }
      return Math.min(count, metric(process, "keyledger_access_organizations"));
    } finally {
      platform.stop(process);
    }
  }

  /** Negative while it doesn't say. */
  private static double metric(ServiceProcess process, String name) {
    URI metrics = process.managementUri().resolve("/actuator/prometheus");
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .findFirst()
          .orElse(-1);
    } catch (IOException notYet) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while token-service was asked", e);
    }
  }
}
