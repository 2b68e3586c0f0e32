package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.ceiling.BarePage;
import dev.keyledger.benchmarks.platform.Operator;
import dev.keyledger.benchmarks.platform.People;
import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Latencies;
import dev.keyledger.benchmarks.report.Rounds;
import dev.keyledger.benchmarks.seed.HistorySeed;
import dev.keyledger.benchmarks.seed.HistorySeed.Seeded;
import dev.keyledger.benchmarks.seed.SeedPeople;
import dev.keyledger.infra.services.Program;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** How long a page of history takes, whatever is asked of it, among as many events as are said. */
final class HistoryBenchmark implements Benchmark {
  private final String name;
  private final int organizations;

  /**
   * @param organizations among which the events are shared out
   */
  HistoryBenchmark(String name, int organizations) {
    this.name = name;
    this.organizations = organizations;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String question() {
    return "a page of history, by each filter, of 10 million events in "
        + (organizations == 1 ? "one organisation" : "10,000 organisations");
  }

  @Override
  public List<Figure> run(Settings settings) {
    int count = settings.quick() ? Math.min(20, organizations) : organizations;
    Path keep = settings.keep() == null ? null : settings.keep().resolve(name);
    try (var platform = Platform.start(settings.home(), keep)) {
      if (keep == null || !Files.exists(keep.resolve("kafka"))) {
        platform.makeTopics();
      }
      Program query = Program.of(settings.home(), Service.QUERY);
      query.migration().ifPresent(migration -> platform.servers().database().migrate(migration));
      ServiceProcess tokens = platform.start(Service.TOKEN, List.of(), Map.of());
      Operator operator = Operator.signIn(platform, tokens, Clock.systemUTC());
      Filled filled = filled(settings.events(), count, platform, tokens);
      ServiceProcess replica =
          platform.start(
              Service.QUERY,
              List.of("-Xmx512m"),
              Map.of(
                  "keyledger.token-service.url",
                  tokens.uri().toString(),
                  // Nothing that it compares views with is there.
                  "keyledger.log.check.share",
                  "0.01",
                  "keyledger.log.check.interval",
                  "1d"));
      filled.views().awaitAddresses();
      return new Asking(
              filled.seed(), filled.views(), new HistoryPages(operator, replica), settings.quick())
          .figures();
    } catch (SQLException e) {
      throw new IllegalStateException("the views can't be filled", e);
    }
  }

  private record Filled(HistorySeed seed, HistoryViews views) {}

  private static Filled filled(long events, int count, Platform platform, ServiceProcess tokens)
      throws SQLException {
    Optional<Instant> begin = HistoryViews.begin(platform.servers(), events, count);
    if (begin.isPresent()) {
      var seed = new HistorySeed(events, count, begin.get(), SeedPeople.unknown());
      seed.recall();
      return new Filled(seed, HistoryViews.kept(platform.servers()));
    }
    Instant since = Instant.now().minus(Duration.ofDays(HistorySeed.DAYS));
    var seed = new HistorySeed(events, count, since, People.at(platform, tokens));
    HistoryViews views = HistoryViews.fill(platform.servers(), seed);
    views.keep(events, count, since);
    return new Filled(seed, views);
  }

  /** One question of each kind after another, each time of another organisation, key or member. */
  private static final class Asking {
    private final HistorySeed seed;
    private final HistoryViews views;
    private final HistoryPages pages;
    private final int times;
    private final SplittableRandom random = new SplittableRandom(5);

    Asking(HistorySeed seed, HistoryViews views, HistoryPages pages, boolean quick) {
      this.seed = seed;
      this.views = views;
      this.pages = pages;
      this.times = quick ? 10 : 200;
    }

    List<Figure> figures() throws SQLException {
      String size =
          String.format(
              Locale.ROOT,
              "%,d events in %,d",
              (long) seed.eventsEach() * seed.organizations().size(),
              seed.organizations().size());
      List<Figure> figures = new ArrayList<>();
      try (Connection connection = views.connection();
          var bare = new BarePage(connection, views.generation())) {
        for (int i = 0; i < times; i++) {
          pages.get(one(), HistoryQuestion.NEWEST.of(seed, one(), random));
        }
        for (HistoryQuestion question : HistoryQuestion.values()) {
          figures.add(figure(question, size, bare));
          System.out.println(figures.getLast().name() + ": " + figures.getLast().dominatedBy());
        }
      }
      return figures;
    }

    // Both in turn, so that a noisy moment falls on both.
    private Figure figure(HistoryQuestion question, String size, BarePage bare) {
      var asked = new ArrayList<Long>();
      var read = new ArrayList<Long>();
      long items = 0;
      for (int i = 0; i < times; i++) {
        Seeded one = one();
        String path = question.of(seed, one, random);
        long startedAt = System.nanoTime();
        items += pages.get(one, path);
        asked.add(System.nanoTime() - startedAt);
        startedAt = System.nanoTime();
        long unused = bare.read(one().id.uuid(), random.nextInt(seed.eventsEach()));
        read.add(System.nanoTime() - startedAt);
      }
      var latencies = new Latencies(asked);
      return Figure.against(
              "51 rows by their key, p99",
              Rounds.of(new Latencies(read).millisAt(99)),
              question.title() + ", p99, " + size,
              "ms",
              Rounds.of(latencies.millisAt(99)),
              new Goal.AtMost(200))
          .dominatedBy(
              String.format(
                  Locale.ROOT,
                  "p50 %.1f ms, p99 %.1f, longest %.1f; %.1f items a page",
                  latencies.millisAt(50),
                  latencies.millisAt(99),
                  latencies.millisAt(100),
                  items / (double) times));
    }

    private Seeded one() {
      return seed.organizations().get(random.nextInt(seed.organizations().size()));
    }
  }
}
