package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.ceiling.BareTransaction;
import dev.keyledger.benchmarks.load.RawRequest;
import dev.keyledger.benchmarks.platform.Operator;
import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.profile.Compilers;
import dev.keyledger.benchmarks.profile.CpuShares;
import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Latencies;
import dev.keyledger.benchmarks.report.Rounds;
import dev.keyledger.benchmarks.seed.SeedPolicy;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * (c) From the instant at which a revoke is sent until the last of two token-service replicas
 * refuses the key, at twenty revokes a second; against a bare Kafka transaction at the same pace.
 */
final class RevokeBenchmark implements Benchmark {
  private static final int ORGANIZATIONS = 20;
  private static final Duration APART = Duration.ofMillis(50);

  @Override
  public String name() {
    return "revoke";
  }

  @Override
  public String question() {
    return "revoke sent → refused by every token-service replica, at 20 revokes/s";
  }

  @Override
  public List<Figure> run(Settings settings) {
    int revokes = settings.quick() ? 40 : 300;
    try (var platform = Platform.start(settings.home())) {
      ServiceProcess first = platform.start(Service.TOKEN, List.of(), Map.of());
      ServiceProcess second = platform.start(Service.TOKEN, List.of(), Map.of());
      Operator operator = Operator.signIn(platform, first, Clock.systemUTC());
      ServiceProcess commands =
          platform.start(
              Service.COMMAND,
              List.of("-Xmx512m"),
              Map.of("keyledger.token-service.url", first.uri().toString()));
      try (var transaction =
          new BareTransaction(platform.servers().bootstrapServers(), System::nanoTime)) {
        Api api = operator.at(commands);
        List<String> organizations =
            IntStream.range(0, ORGANIZATIONS)
                .mapToObj(
                    i -> Operator.register(api, "revoke-" + i, SeedPolicy.ofKeysOfOrganizations()))
                .toList();
        var keys = new Keys(operator, api, organizations);
        var revocations =
            new Revocations(keys, List.of(first.port(), second.port()), commands.port(), APART);
        var compilers =
            new Compilers(
                List.of(first.process().pid(), second.process().pid(), commands.process().pid()),
                System::nanoTime);
        // A hundred take five seconds. How fast they are is paced, so only compilers tell.
        WarmUp.of(settings)
            .run(
                millis -> {
                  revocations.run((int) (millis / APART.toMillis()));
                  return 1;
                },
                compilers::busy);
        transaction.latencies(settings.quick() ? 20 : 100, APART);

        var measured = new ArrayList<Latencies>();
        var inForce = new ArrayList<Latencies>();
        var bare = new ArrayList<Latencies>();
        int notInForce = 0;
        long startedAt = System.nanoTime();
        for (int round = 0; round < Math.min(settings.rounds(), 3); round++) {
          if (round > 0 && System.nanoTime() - startedAt > settings.budget().toNanos()) {
            break;
          }
          Revocations.Outcome outcome = revocations.run(revokes);
          measured.add(outcome.refusedEverywhere());
          inForce.add(outcome.answered());
          notInForce += outcome.notInForce();
          bare.add(new Latencies(transaction.latencies(revokes, APART)));
        }
        var pids = new LinkedHashMap<String, Long>();
        pids.put("command-service", commands.process().pid());
        pids.put("token-service ×1", first.process().pid());
        pids.put("token-service ×2", second.process().pid());
        pids.put("Kafka", platform.servers().kafka().process().pid());
        pids.put("PostgreSQL", platform.servers().postgres().process().pid());
        pids.put("benchmark", ProcessHandle.current().pid());
        String shares =
            new CpuShares(pids, System::nanoTime).during(() -> revocations.run(revokes));
        return List.of(
            figure("p50", 50, measured, bare, new Goal.None()),
            figure("p99", 99, measured, bare, new Goal.AtMost(50)).dominatedBy(shares),
            Figure.of(
                "revoke sent → answered in force, p50", "ms", rounds(inForce, 50), new Goal.None()),
            Figure.of(
                    "revoke sent → answered in force, p99",
                    "ms",
                    rounds(inForce, 99),
                    new Goal.None())
                .dominatedBy(notInForce + " answers said \"not in force\" after one second"));
      }
    }
  }

  private static Figure figure(
      String name, double percent, List<Latencies> measured, List<Latencies> bare, Goal goal) {
    return Figure.against(
        "bare Kafka transaction",
        rounds(bare, percent),
        "revoke sent → refused by both replicas, " + name,
        "ms",
        rounds(measured, percent),
        goal);
  }

  private static Rounds rounds(List<Latencies> latencies, double percent) {
    return new Rounds(latencies.stream().map(round -> round.millisAt(percent)).toList());
  }

  /** Keys to revoke, made on demand, and a platform service that may verify them. */
  static final class Keys {
    private final Operator operator;
    private final Api commands;
    private final List<String> organizations;
    private final String verifier;

    Keys(Operator operator, Api commands, List<String> organizations) {
      this.operator = operator;
      this.commands = commands;
      this.organizations = organizations;
      this.verifier =
          Operator.require(
                  commands.post(
                      "/v1/platform/services",
                      Map.of("name", "benchmark", "permissions", List.of(Permissions.KEYS_VERIFY))))
              .text("secret");
    }

    /**
     * @param id of it
     * @param secret of it
     * @param revoke the request that revokes it
     * @param verify the request that asks whether it is valid
     */
    record Key(String id, String secret, String revoke, String verify) {}

    List<Key> make(int count) {
      return IntStream.range(0, count).mapToObj(this::key).toList();
    }

    private Key key(int number) {
      String path =
          "/v1/organizations/" + organizations.get(number % organizations.size()) + "/keys";
      Answer created =
          Operator.require(
              commands
                  .with("Prefer", "wait=0")
                  .post(path, Map.of("name", "benchmark", "environment", SeedPolicy.ENVIRONMENT)));
      String verify =
          RawRequest.post(
              "/v1/keys/verify",
              Map.of("Authorization", "Bearer " + verifier),
              "{\"key\":\"" + created.text("secret") + "\"}");
      return new Key(
          created.text("key.id"),
          created.text("secret"),
          RawRequest.post(
              path + "/" + created.text("key.id") + "/revoke", operator.headers(), "{}"),
          verify);
    }
  }
}
