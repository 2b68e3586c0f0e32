package dev.keyledger.conformance;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What held, as a table of systems and sentences. */
public final class Report {
  private static final Path FILE = Path.of("target", "conformance.md");

  private record Line(String sentence, boolean holds) {}

  private final Map<String, List<Line>> bySystem = new TreeMap<>();

  synchronized void add(String system, String sentence, boolean holds) {
    bySystem.computeIfAbsent(system, s -> new ArrayList<>()).add(new Line(sentence, holds));
  }

  /** Runs it, and reports how that ended. */
  public void of(String system, String sentence, Runnable test) {
    boolean holds = false;
    try {
      test.run();
      holds = true;
    } finally {
      add(system, sentence, holds);
    }
  }

  synchronized String text() {
    var text = new StringBuilder("| system | sentence | |\n|---|---|---|\n");
    bySystem.forEach((system, lines) ->
        lines.forEach(line ->
            text.append(
                "| %s | %s | %s |%n"
                    .formatted(system, line.sentence(), line.holds() ? "holds" : "**fails**"))));
    text.append('\n');
    bySystem.forEach((system, lines) ->
        text.append(
            "%s: %d of %d sentences hold%n"
                .formatted(system, lines.stream().filter(Line::holds).count(), lines.size())));
    return text.toString();
  }

  void publish(PrintStream out) throws IOException {
    String text = text();
    if (!bySystem.isEmpty()) {
      out.println(text);
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, text);
    }
  }
}
