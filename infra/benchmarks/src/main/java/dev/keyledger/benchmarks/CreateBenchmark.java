package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.ceiling.BareInsert;
import dev.keyledger.benchmarks.load.LoadOrder;
import dev.keyledger.benchmarks.load.LoadProcess;
import dev.keyledger.benchmarks.load.RawRequest;
import dev.keyledger.benchmarks.platform.Operator;
import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.profile.Compilers;
import dev.keyledger.benchmarks.profile.CpuShares;
import dev.keyledger.benchmarks.profile.FlightRecording;
import dev.keyledger.benchmarks.report.Alternation;
import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Rounds;
import dev.keyledger.benchmarks.seed.SeedPolicy;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * (b) Key creations a second, by 64 clients, against durable inserts of as many bytes into the same
 * PostgreSQL by as many clients.
 */
final class CreateBenchmark implements Benchmark {
  private static final int CLIENTS = 64;
  private static final String INSERT = "durable insert";

  @Override
  public String name() {
    return "create";
  }

  @Override
  public String question() {
    return "key creations/s, many organisations and one, against a durable insert of as many bytes";
  }

  @Override
  public List<Figure> run(Settings settings) {
    try (var platform = Platform.start(settings.home());
        var load = LoadProcess.start()) {
      ServiceProcess tokens = platform.start(Service.TOKEN, List.of(), Map.of());
      Operator operator = Operator.signIn(platform, tokens, Clock.systemUTC());
      ServiceProcess commands =
          platform.start(
              Service.COMMAND,
              List.of("-Xmx1536m"),
              Map.of(
                  "keyledger.token-service.url",
                  tokens.uri().toString(),
                  // What a run makes of keys stays cached: the question isn't what reloading costs.
                  "keyledger.ledger.cache-size",
                  "700MB"));
      List<String> organizations = register(operator.at(commands));
      var many = new Creations(load, commands.port(), creations(operator, organizations, false));
      var one =
          new Creations(
              load, commands.port(), creations(operator, organizations.subList(0, 1), false));
      var inForce = new Creations(load, commands.port(), creations(operator, organizations, true));
      var pids = new LinkedHashMap<String, Long>();
      pids.put("command-service", commands.process().pid());
      pids.put("PostgreSQL", platform.servers().postgres().process().pid());
      pids.put("Kafka", platform.servers().kafka().process().pid());
      pids.put("token-service", tokens.process().pid());
      pids.put("load generator", load.pid());
      var compilers =
          new Compilers(
              List.of(
                  commands.process().pid(),
                  platform.servers().kafka().process().pid(),
                  tokens.process().pid(),
                  load.pid()),
              System::nanoTime);
      WarmUp.of(settings).run(many::perSecond, compilers::busy);
      var insert =
          new BareInsert(
              platform.servers()::asSuperuser, bytesOfAnEvent(platform), System::nanoTime);
      insert.prepare();
      insert.perSecond(CLIENTS, settings.roundMillis());
      List<Rounds> rounds =
          new Alternation(settings.rounds(), settings.budget(), System::nanoTime)
              .run(
                  List.of(
                      () -> many.perSecond(settings.roundMillis()),
                      () -> insert.perSecond(CLIENTS, settings.roundMillis()),
                      () -> one.perSecond(settings.roundMillis()),
                      () -> inForce.perSecond(settings.roundMillis())));
      var shares = new CpuShares(pids, System::nanoTime);
      String manyShares = shares.perOperation(() -> many.perSecond(settings.roundMillis()));
      String oneShares = shares.perOperation(() -> one.perSecond(settings.roundMillis()));
      String sampled =
          FlightRecording.during(
              commands.process().pid(), () -> many.perSecond(settings.roundMillis()));
      return List.of(
          figure(
                  "create a key, 64 organisations",
                  rounds.get(0),
                  rounds,
                  new Goal.RatioAtLeast(0.15))
              .dominatedBy(sampled + "; " + manyShares),
          figure("create a key, one organisation", rounds.get(2), rounds, new Goal.None())
              .dominatedBy("one stream's commands are serial; " + oneShares),
          figure(
              "create a key until in force, 64 organisations",
              rounds.get(3),
              rounds,
              new Goal.None()));
    }
  }

  private static Figure figure(String name, Rounds measured, List<Rounds> rounds, Goal goal) {
    return Figure.against(INSERT, rounds.get(1), name + ", 64 clients", "1/s", measured, goal);
  }

  private static List<String> register(Api commands) {
    return IntStream.range(0, CLIENTS)
        .mapToObj(
            i -> Operator.register(commands, "bench-" + i, SeedPolicy.ofKeysOfOrganizations()))
        .toList();
  }

  /** Each client keeps to one organisation where there are as many of them. */
  private static List<String> creations(
      Operator operator, List<String> organizations, boolean untilInForce) {
    Map<String, String> headers =
        untilInForce ? operator.headers() : operator.headersWithoutWaiting();
    return organizations.stream()
        .map(organization ->
            RawRequest.post(
                "/v1/organizations/" + organization + "/keys",
                headers,
                "{\"name\":\"benchmark\",\"environment\":\"" + SeedPolicy.ENVIRONMENT + "\"}"))
        .toList();
  }

  /** What the ledger's own rows have, on average. */
  private static int bytesOfAnEvent(Platform platform) {
    try (Connection connection = platform.servers().asSuperuser();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery("SELECT avg(pg_column_size(e.*))::int FROM command.event e")) {
      row.next();
      return row.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException("the ledger's rows could not be measured", e);
    }
  }

  private record Creations(LoadProcess process, int port, List<String> requests) {
    double perSecond(long millis) {
      return process
          .run(new LoadOrder(port, CLIENTS, millis, requests, "\"secret\":"))
          .orThrow()
          .perSecond();
    }
  }
}
