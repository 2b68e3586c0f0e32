package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page with lines to run in one shell, block by block. What a block has to print may stand below
 * it as text, in which {@code …} is anything.
 */
record Page(Path file, List<Block> blocks) {
  private static final Pattern BLOCK =
      Pattern.compile("```sh\\n(.*?)```\\n(?:```text\\n(.*?)```\\n)?", Pattern.DOTALL);
  private static final String END = "- - - the end of a block - - -";

  /**
   * @param printed empty where the page doesn't say
   */
  record Block(String lines, String printed) {}

  static Page read(Path file) throws IOException {
    var blocks = new ArrayList<Block>();
    Matcher matcher = BLOCK.matcher(Files.readString(file));
    while (matcher.find()) {
      String printed = matcher.group(2);
      blocks.add(new Block(matcher.group(1), printed == null ? "" : printed));
    }
    assertThat(blocks).as(file.toString()).isNotEmpty();
    return new Page(file, blocks);
  }

  String script() {
    return blocks.stream()
        .map(block -> block.lines() + "echo '" + END + "'\n")
        .collect(Collectors.joining());
  }

  void assertPrinted(String output) {
    List<String> parts = Arrays.asList(output.split(END + "\n", -1));
    for (int i = 0; i < blocks.size(); i++) {
      String expected = blocks.get(i).printed();
      if (!expected.isEmpty()) {
        assertThat(parts.get(i)).as(file + ", block " + (i + 1)).matches(pattern(expected));
      }
    }
  }

  private static Pattern pattern(String expected) {
    return Pattern.compile(
        Arrays.stream(expected.split("…", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }
}
