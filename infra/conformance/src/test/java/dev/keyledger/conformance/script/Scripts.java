package dev.keyledger.conformance.script;

import dev.keyledger.conformance.script.Script.Block;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads files: {@code ###} begins a sentence, {@code ##} a given, {@code #} a comment. */
public final class Scripts {
  private static final String SENTENCE = "### ";
  private static final String GIVEN = "## ";
  private static final String EXTENSION = ".http";

  private Scripts() {}

  /** All of a folder, by name. */
  public static List<Script> in(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      var scripts = new ArrayList<Script>();
      for (Path file : files.filter(f -> f.toString().endsWith(EXTENSION)).sorted().toList()) {
        String name = file.getFileName().toString();
        scripts.add(
            of(name.substring(0, name.length() - EXTENSION.length()), Files.readString(file)));
      }
      return scripts;
    } catch (IOException e) {
      throw new UncheckedIOException("the files in " + folder, e);
    }
  }

  public static Script of(String name, String text) {
    List<String> lines = text.lines().toList();
    var sentences = new ArrayList<Block>();
    var givens = new ArrayList<Given>();
    int from = 0;
    while (from < lines.size()) {
      String heading = lines.get(from);
      int to = from + 1;
      while (to < lines.size() && !isHeading(lines.get(to))) {
        to++;
      }
      var inside = new Lines(name, from + 2, lines.subList(from + 1, to));
      if (heading.startsWith(SENTENCE)) {
        sentences.add(sentence(heading.substring(SENTENCE.length()).strip(), from + 1, inside));
      } else if (heading.startsWith(GIVEN)) {
        givens.add(new Given(heading.substring(GIVEN.length()).strip(), inside));
      }
      from = to;
    }
    return new Script(name, sentences, givens);
  }

  private static boolean isHeading(String line) {
    return line.startsWith(SENTENCE) || line.startsWith(GIVEN);
  }

  /** One that asks nothing would pass whatever happens. */
  private static Block sentence(String title, int line, Lines inside) {
    List<Step> steps = Steps.of(inside);
    if (steps.stream().noneMatch(Step.Exchange.class::isInstance)) {
      throw inside.wrong("nothing is asked under: " + title);
    }
    return new Block(title, line, steps);
  }
}
