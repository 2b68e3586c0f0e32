package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.followers.Followers;
import dev.keyledger.benchmarks.followers.Receivers;
import dev.keyledger.benchmarks.platform.Operator;
import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.profile.CpuShares;
import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Rounds;
import dev.keyledger.benchmarks.seed.SeedPolicy;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From the instant at which a revoke is sent until each channel has it: every replica of
 * token-service and every service that embeds a client refuses, and every receiver that answers has
 * been told, at twenty revokes a second, while some receivers hang and others refuse.
 */
final class FeedsBenchmark implements Benchmark {
  private static final String ISSUER = "https://benchmark.keyledger.example";
  private static final int REPLICAS = 3;
  private static final int FOLLOWERS = 5;
  private static final int ORGANIZATIONS = 20;
  private static final int RECEIVERS = 100;
  private static final int HANGING = 10;
  private static final int REFUSING = 10;
  private static final Duration APART = Duration.ofMillis(50);
  private static final String PRIVATE = "keyledger.subscriptions.allow-private-addresses";

  @Override
  public String name() {
    return "feeds";
  }

  @Override
  public String question() {
    return "revoke sent → refused by every verifier and told to every receiver, at 20 revokes/s";
  }

  @Override
  public List<Figure> run(Settings settings) {
    try (var platform = Platform.start(settings.home());
        var receivers = new Receivers()) {
      var services = new Services(platform);
      Api commands = services.operator.at(services.commands);
      List<String> organizations = organizations(commands, receivers);
      String key = platformService(commands);
      URI gateway = services.gateway.uri();
      try (Followers java = Followers.ofJava(ISSUER, gateway, key, FOLLOWERS);
          @Nullable Followers node =
              Followers.ofNode(settings.home(), ISSUER, gateway, key, FOLLOWERS).orElse(null)) {
        var revokes =
            new ToldRevokes(
                new RevokeBenchmark.Keys(services.operator, commands, organizations),
                APART,
                services.tokens.stream().map(ServiceProcess::port).toList(),
                services.commands.port(),
                Api.at(services.tokens.getFirst().uri()),
                (RECEIVERS - HANGING - REFUSING) / ORGANIZATIONS,
                java,
                node,
                receivers);
        return measured(settings, services, revokes);
      }
    }
  }

  private static List<Figure> measured(Settings settings, Services services, ToldRevokes revokes) {
    int count = settings.quick() ? 40 : 300;
    // Compilers need some hundreds; of more, connections would be idle for so long that they are
    // ended.
    var unused = revokes.run(count);
    var outcomes = new ArrayList<ToldRevokes.Outcome>();
    for (int round = 0; round < Math.min(settings.rounds(), 3); round++) {
      outcomes.add(revokes.run(count));
    }
    String shares =
        new CpuShares(services.pids(), System::nanoTime).during(() -> revokes.run(count));
    var figures = new ArrayList<Figure>();
    for (ToldRevokes.Channel channel : ToldRevokes.Channel.values()) {
      if (outcomes.getFirst().has(channel)) {
        figures.add(figure(channel, "p50", 50, outcomes, new Goal.None()));
        figures.add(figure(channel, "p99", 99, outcomes, channel.goal()));
      }
    }
    figures.add(figures.removeLast().dominatedBy(shares));
    return figures;
  }

  private static Figure figure(
      ToldRevokes.Channel channel,
      String name,
      double percent,
      List<ToldRevokes.Outcome> outcomes,
      Goal goal) {
    return Figure.of(
        "revoke sent → " + channel.text() + ", " + name,
        "ms",
        new Rounds(outcomes.stream().map(one -> one.of(channel).millisAt(percent)).toList()),
        goal);
  }

  private static List<String> organizations(Api commands, Receivers receivers) {
    var organizations = new ArrayList<String>();
    for (int i = 0; i < ORGANIZATIONS; i++) {
      String id = Operator.register(commands, "feeds-" + i, SeedPolicy.ofKeysOfOrganizations());
      organizations.add(id);
      for (int number = i; number < RECEIVERS; number += ORGANIZATIONS) {
        Operator.require(
            commands
                .with("Prefer", "wait=0")
                .post(
                    "/v1/organizations/" + id + "/subscriptions",
                    Map.of(
                        "kind",
                        "webhook",
                        "name",
                        "receiver " + number,
                        "url",
                        receivers.url(mannerOf(number), number),
                        "events",
                        List.of("key.revoked"),
                        "signature",
                        "v1")));
      }
    }
    return organizations;
  }

  private static Receivers.Manner mannerOf(int number) {
    if (number < HANGING) {
      return Receivers.Manner.HANGS;
    }
    return number < HANGING + REFUSING ? Receivers.Manner.REFUSES : Receivers.Manner.ANSWERS;
  }

  private static String platformService(Api commands) {
    return Operator.require(
            commands.post(
                "/v1/platform/services",
                Map.of("name", "followers", "permissions", List.of(Permissions.KEYS_VERIFY))))
        .text("secret");
  }

  /** All there are, with the replicas of token-service that are asked. */
  private static final class Services {
    private final List<ServiceProcess> tokens = new ArrayList<>();
    private final Operator operator;
    private final ServiceProcess commands;
    private final ServiceProcess delivery;
    private final ServiceProcess gateway;
    private final Map<String, Long> pids = new LinkedHashMap<>();

    Services(Platform platform) {
      Map<String, Object> issuer = Map.of("keyledger.issuer", ISSUER);
      for (int i = 0; i < REPLICAS; i++) {
        tokens.add(platform.start(Service.TOKEN, List.of(), issuer));
      }
      String tokensUrl = tokens.getFirst().uri().toString();
      operator = Operator.signIn(platform, tokens.getFirst(), Clock.systemUTC());
      commands =
          platform.start(
              Service.COMMAND,
              List.of("-Xmx512m"),
              Map.of(
                  "keyledger.token-service.url",
                  tokensUrl,
                  "keyledger.issuer",
                  ISSUER,
                  PRIVATE,
                  List.of("127.0.0.0/8")));
      ServiceProcess query =
          platform.start(
              Service.QUERY,
              List.of(),
              Map.of("keyledger.token-service.url", tokensUrl, "keyledger.issuer", ISSUER));
      delivery =
          platform.start(
              Service.DELIVERY,
              List.of("-Xmx256m"),
              Map.of(
                  "keyledger.token-service.url",
                  tokensUrl,
                  "keyledger.command-service.url",
                  commands.uri().toString(),
                  "keyledger.query-service.url",
                  query.uri().toString(),
                  "keyledger.issuer",
                  ISSUER,
                  PRIVATE,
                  List.of("127.0.0.0/8")));
      gateway =
          platform.start(
              Service.GATEWAY,
              List.of(),
              Map.of(
                  "keyledger.token-service.url", tokensUrl,
                  "keyledger.command-service.url", commands.uri().toString(),
                  "keyledger.query-service.url", query.uri().toString(),
                  "keyledger.delivery-service.url", delivery.uri().toString()));
      pids.put("command-service", commands.process().pid());
      for (int i = 0; i < REPLICAS; i++) {
        pids.put("token-service ×" + (i + 1), tokens.get(i).process().pid());
      }
      pids.put("delivery-service", delivery.process().pid());
      pids.put("gateway", gateway.process().pid());
      pids.put("query-service", query.process().pid());
      pids.put("Kafka", platform.servers().kafka().process().pid());
      pids.put("PostgreSQL", platform.servers().postgres().process().pid());
      pids.put("benchmark and receivers", ProcessHandle.current().pid());
    }

    Map<String, Long> pids() {
      return pids;
    }
  }
}
