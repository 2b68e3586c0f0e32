package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Rounds;
import dev.keyledger.benchmarks.seed.AccessSeed;
import dev.keyledger.benchmarks.seed.SeedPolicy;
import dev.keyledger.benchmarks.seed.TopicWriter;
import dev.keyledger.events.policy.KeyTokenRules.Format;
import dev.keyledger.infra.services.Program;
import dev.keyledger.infra.services.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * (e) Start of token-service on a topic of 100,000 and of 1,000,000 keys. What a start costs
 * without any key is taken off: the question is what the keys cost.
 */
final class StartBenchmark implements Benchmark {
  private static final List<String> JVM = List.of("-Xmx2g");

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String question() {
    return "token-service's start with 100,000 and 1,000,000 keys: time, bytes per key";
  }

  @Override
  public List<Figure> run(Settings settings) {
    int some = settings.quick() ? 1_000 : 100_000;
    int many = settings.quick() ? 10_000 : 1_000_000;
    try (var platform = Platform.start(settings.home());
        var topics = new TopicWriter(platform.servers().bootstrapServers(), platform.seals())) {
      platform.makeTopics();
      Program program = Program.of(settings.home(), Service.TOKEN);
      // The first start of all migrates the database.
      Start.of(platform, program, JVM);
      List<Start> empty = starts(platform, program, settings);
      var figures = new ArrayList<Figure>();
      figures.add(
          Figure.of(
              "token-service ready, no keys",
              "s",
              new Rounds(empty.stream().map(Start::seconds).toList()),
              new Goal.None()));
      var seed =
          new AccessSeed(
              2, platform.keys().currentPepper(), SeedPolicy.of(Format.JWT), topics::write);
      int written = 0;
      for (int keys : List.of(some, many)) {
        seed.silentKeys(keys - written);
        topics.flush();
        written = keys;
        boolean promised = keys == many;
        figures.addAll(figures(keys, promised, starts(platform, program, settings), empty));
      }
      return figures;
    }
  }

  private static List<Figure> figures(
      int keys, boolean promised, List<Start> starts, List<Start> empty) {
    double emptySeconds = new Rounds(empty.stream().map(Start::seconds).toList()).median();
    double emptyBytes = new Rounds(empty.stream().map(Start::liveBytes).toList()).median();
    String number = String.format(Locale.ROOT, "%,d keys", keys);
    var seconds = new Rounds(starts.stream().map(start -> start.seconds() - emptySeconds).toList());
    var bytes =
        new Rounds(starts.stream().map(start -> (start.liveBytes() - emptyBytes) / keys).toList());
    return List.of(
        Figure.of(
            "token-service ready, " + number,
            "s more",
            seconds,
            promised ? new Goal.AtMost(30) : new Goal.None()),
        Figure.of(
            "its heap, " + number,
            "bytes/key",
            bytes,
            promised ? new Goal.AtMost(400) : new Goal.None()));
  }

  private static List<Start> starts(Platform platform, Program program, Settings settings) {
    var starts = new ArrayList<Start>();
    long startedAt = System.nanoTime();
    // A third of the budget for each of three sizes.
    while (starts.size() < settings.rounds()
        && (starts.isEmpty() || System.nanoTime() - startedAt < settings.budget().toNanos() / 3)) {
      starts.add(Start.of(platform, program, JVM));
    }
    return starts;
  }
}
