package dev.keyledger.conformance.script;

import java.util.List;
import java.util.regex.Matcher;

/** Some lines of a file, read one by one. */
final class Lines {
  private final String file;
  private final int first;
  private final List<String> texts;
  private int at;

  /**
   * @param first the number of the first of them in its file
   */
  Lines(String file, int first, List<String> texts) {
    this.file = file;
    this.first = first;
    this.texts = List.copyOf(texts);
  }

  Lines replacing(String regex, String by) {
    String quoted = Matcher.quoteReplacement(by);
    return new Lines(
        file, first, texts.stream().map(text -> text.replaceAll(regex, quoted)).toList());
  }

  boolean isAtEnd() {
    return at == texts.size();
  }

  String peek() {
    return texts.get(at);
  }

  String next() {
    return texts.get(at++);
  }

  /** Of the line that {@link #peek} shows. */
  int number() {
    return first + at;
  }

  IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException(file + ", line " + number() + ": " + why);
  }
}
