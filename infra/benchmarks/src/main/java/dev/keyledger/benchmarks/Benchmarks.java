package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.FigureTable;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./keyledger bench}: runs benchmarks one after another and prints one table. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures the platform against ceilings that are taken in the same run.")
public final class Benchmarks implements Callable<Integer> {
  private static final List<Benchmark> ALL =
      List.of(
          new VerifyBenchmark(),
          new GatewayBenchmark(),
          new CreateBenchmark(),
          new RevokeBenchmark(),
          new FeedsBenchmark(),
          new StreamsBenchmark(),
          new RebuildBenchmark(),
          new ExportBenchmark(),
          new CheckBenchmark(),
          new HistoryBenchmark("history", 10_000),
          new HistoryBenchmark("history-one", 1),
          new StartBenchmark(),
          new MemoryBenchmark(),
          new LargeBenchmark(),
          new TokensBenchmark());

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "Which ones; all of them when none is named.")
  private List<String> names = List.of();

  @Option(names = "--quick", description = "Only shows that everything runs.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds at most; the median counts (${DEFAULT-VALUE}).")
  private int rounds = 5;

  @Option(
      names = "--budget",
      paramLabel = "SECONDS",
      defaultValue = "90",
      description = "After this a benchmark begins no further round (${DEFAULT-VALUE}).")
  private int budgetSeconds = 90;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "10000000",
      description = "Events of history and history-one (${DEFAULT-VALUE}).")
  private long events = 10_000_000;

  @Option(
      names = "--keep",
      paramLabel = "FOLDER",
      description = "Where what history and history-one have filled is kept, and found next time.")
  private @Nullable Path keep;

  @Option(names = "--home", paramLabel = "FOLDER", description = "Root of the built project.")
  private @Nullable Path home;

  public static void main(String[] arguments) {
    // By a name of its own: on token-service's class path a logback.xml would be taken for its.
    System.setProperty("logback.configurationFile", "benchmarks-logback.xml");
    System.exit(new CommandLine(new Benchmarks()).execute(arguments));
  }

  /** 0, 1 when a benchmark could not be run; a goal that is missed is a result and no failure. */
  @Override
  public Integer call() {
    Path root = home == null ? rootAbove(ownPlace()) : home;
    Settings settings =
        quick
            ? Settings.quick(root)
            : Settings.full(root, rounds, Duration.ofSeconds(budgetSeconds), events, keep);
    var figures = new ArrayList<Figure>();
    var failed = new ArrayList<String>();
    for (Benchmark benchmark : chosen()) {
      System.out.println(benchmark.name() + ": " + benchmark.question());
      try {
        List<Figure> its = benchmark.run(settings);
        System.out.println(FigureTable.of(its));
        figures.addAll(its);
      } catch (RuntimeException e) {
        failed.add(benchmark.name());
        e.printStackTrace();
      }
    }
    System.out.println(FigureTable.of(figures));
    if (!failed.isEmpty()) {
      System.out.println("could not be run: " + String.join(", ", failed));
    }
    return failed.isEmpty() ? 0 : 1;
  }

  private List<Benchmark> chosen() {
    for (String name : names) {
      if (ALL.stream().noneMatch(benchmark -> benchmark.name().equals(name))) {
        String known = ALL.stream().map(Benchmark::name).collect(Collectors.joining(", "));
        throw new CommandLine.ParameterException(
            new CommandLine(this), "no benchmark is called " + name + "; there are " + known);
      }
    }
    return ALL.stream()
        .filter(benchmark -> names.isEmpty() || names.contains(benchmark.name()))
        .toList();
  }

  private static Path ownPlace() {
    try {
      return Path.of(Benchmarks.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("where this runs from is not a file", e);
    }
  }

  private static Path rootAbove(Path place) {
    for (Path folder = place; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("shared-events"))) {
        return folder;
      }
    }
    throw new IllegalStateException("no project above " + place + "; name it with --home");
  }
}
