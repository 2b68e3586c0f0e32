package dev.keyledger.standalone;

import dev.keyledger.kit.log.NoteVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Verifier keys as a person gives them: each one itself, or a file with one on each line. */
final class VerifierKeys implements Supplier<List<NoteVerifier>> {
  private final List<String> given;

  /**
   * @throws Problem where one is no verifier key
   */
  VerifierKeys(List<String> given) {
    this.given = List.copyOf(given);
    get();
  }

  /** As they are now: a file's may have changed. */
  @Override
  public List<NoteVerifier> get() {
    var verifiers = new ArrayList<NoteVerifier>();
    for (String one : given) {
      Path file = Path.of(one);
      if (Files.isRegularFile(file)) {
        lines(file).forEach(line -> verifiers.add(parse(line, one)));
      } else {
        verifiers.add(parse(one, one));
      }
    }
    return verifiers;
  }

  private static List<String> lines(Path file) {
    try {
      List<String> lines =
          Files.readAllLines(file).stream()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .toList();
      if (lines.isEmpty()) {
        throw new Problem(file + " has no verifier key.");
      }
      return lines;
    } catch (IOException e) {
      throw new Problem(file + " can't be read.", e);
    }
  }

  private static NoteVerifier parse(String vkey, String given) {
    try {
      return NoteVerifier.parse(vkey);
    } catch (IllegalArgumentException e) {
      throw new Problem(given + " is no verifier key: " + e.getMessage());
    }
  }
}
