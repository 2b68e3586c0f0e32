package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.report.Figure;
import java.util.List;

/** One question to the platform, answered in figures. It starts and ends what it needs. */
interface Benchmark {
  /** One word, for the command line. */
  String name();

  /** What it tells, in half a sentence. */
  String question();

  List<Figure> run(Settings settings);
}
