package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.ceiling.BareSigning;
import dev.keyledger.benchmarks.ceiling.CeilingHandlers;
import dev.keyledger.benchmarks.load.LoadOrder;
import dev.keyledger.benchmarks.load.LoadProcess;
import dev.keyledger.benchmarks.load.RawRequest;
import dev.keyledger.benchmarks.platform.Issuer;
import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.profile.Compilers;
import dev.keyledger.benchmarks.profile.FlightRecording;
import dev.keyledger.benchmarks.report.Alternation;
import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Rounds;
import dev.keyledger.benchmarks.seed.AccessSeed;
import dev.keyledger.benchmarks.seed.AccessSeed.SeededKey;
import dev.keyledger.benchmarks.seed.SeedPolicy;
import dev.keyledger.benchmarks.seed.TopicWriter;
import dev.keyledger.events.policy.KeyTokenRules.Format;
import dev.keyledger.infra.services.ServiceProcess;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * (f) Tokens a second, signed and opaque: in one thread of token-service's own JVM against bare
 * cryptography in one thread, and over HTTP against a handler of the same server that does nothing
 * but sign.
 */
final class TokensBenchmark implements Benchmark {
  private static final int CONNECTIONS = 32;
  private static final int KEYS = 1_000;
  private static final String BARE_SIGNATURE = "bare Ed25519, one thread";

  @Override
  public String name() {
    return "tokens";
  }

  @Override
  public String question() {
    return "tokens/s, signed and opaque, against bare signing";
  }

  @Override
  public List<Figure> run(Settings settings) {
    try (var platform = Platform.start(settings.home());
        var load = LoadProcess.start()) {
      platform.makeTopics();
      List<SeededKey> signed = seed(platform, 4, Format.JWT);
      List<SeededKey> opaque = seed(platform, 5, Format.OPAQUE);
      ServiceProcess service =
          platform.startTokenServiceWithCeilings(List.of("-Xmx512m"), Map.of());
      var bare = new BareSigning(new SecureRandom(), System::nanoTime);
      var issuer = new Issuer(service, platform.keys().currentPepper());
      long millis = settings.roundMillis();
      List<DoubleSupplier> sides =
          List.of(
              () -> issuer.perSecond(signed.getFirst(), millis),
              () -> issuer.perSecond(opaque.getFirst(), millis),
              () -> bare.signaturesPerSecond(millis),
              () -> bare.encryptionsPerSecond(millis),
              () -> overHttp(load, service, "/v1/tokens", signed, millis),
              () -> overHttp(load, service, "/v1/tokens", opaque, millis),
              () -> overHttp(load, service, CeilingHandlers.SIGNING, signed, millis));
      warmUp(
          sides,
          new Compilers(List.of(service.process().pid(), load.pid()), System::nanoTime),
          settings);
      List<Rounds> rounds =
          new Alternation(settings.rounds(), settings.budget(), System::nanoTime).run(sides);
      String sampledSigned = FlightRecording.during(service.process().pid(), sides.get(4));
      String sampledOpaque = FlightRecording.during(service.process().pid(), sides.get(5));
      String sampledIssuer = FlightRecording.during(service.process().pid(), sides.get(0));
      var half = new Goal.RatioAtLeast(0.5);
      return List.of(
          figure(
                  BARE_SIGNATURE,
                  rounds.get(2),
                  "signed token, issuer in one thread",
                  rounds.get(0),
                  half)
              .dominatedBy(sampledIssuer),
          figure(
              BARE_SIGNATURE,
              rounds.get(2),
              "opaque token, issuer in one thread",
              rounds.get(1),
              half),
          figure(
              "bare AES-GCM, one thread",
              rounds.get(3),
              "opaque token, issuer in one thread",
              rounds.get(1),
              new Goal.None()),
          figure(
                  "handler that only signs",
                  rounds.get(6),
                  "signed token over HTTP, 32 connections",
                  rounds.get(4),
                  half)
              .dominatedBy(sampledSigned),
          figure(
                  "handler that only signs",
                  rounds.get(6),
                  "opaque token over HTTP, 32 connections",
                  rounds.get(5),
                  half)
              .dominatedBy(sampledOpaque),
          figure(
              BARE_SIGNATURE,
              rounds.get(2),
              "signed token over HTTP, 32 connections",
              rounds.get(4),
              new Goal.None()));
    }
  }

  private static Figure figure(
      String ceilingName, Rounds ceiling, String name, Rounds measured, Goal goal) {
    return Figure.against(ceilingName, ceiling, name, "1/s", measured, goal);
  }

  /** All sides in turn, since they share the issuer's code. */
  private static void warmUp(List<DoubleSupplier> sides, Compilers compilers, Settings settings) {
    for (DoubleSupplier side : sides) {
      WarmUp.of(settings)
          .withoutLeast()
          .run(
              millis -> {
                double rate = side.getAsDouble();
                if (rate <= 0) {
                  throw new IllegalStateException("nothing was done while warming up");
                }
                return rate;
              },
              compilers::busy);
    }
  }

  private static List<SeededKey> seed(Platform platform, long seed, Format format) {
    try (var topics = new TopicWriter(platform.servers().bootstrapServers(), platform.seals())) {
      List<SeededKey> keys =
          new AccessSeed(
                  seed, platform.keys().currentPepper(), SeedPolicy.of(format), topics::write)
              .usableKeys(KEYS);
      topics.flush();
      return keys;
    }
  }

  private static double overHttp(
      LoadProcess load, ServiceProcess service, String path, List<SeededKey> keys, long millis) {
    List<String> requests =
        keys.stream()
            .map(key -> "{\"api_key\":\"" + key.secret().text().revealSecret() + "\"}")
            .map(body -> RawRequest.post(path, Map.of(), body))
            .toList();
    return load.run(new LoadOrder(service.port(), CONNECTIONS, millis, requests, "\""))
        .orThrow()
        .perSecond();
  }
}
