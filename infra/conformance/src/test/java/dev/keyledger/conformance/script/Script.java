package dev.keyledger.conformance.script;

import java.util.List;

/**
 * A file of plain HTTP exchanges.
 *
 * @param sentences what is tested, in the file's order
 * @param givens what sentences may begin with
 */
public record Script(String name, List<Block> sentences, List<Given> givens) {
  public Script {
    sentences = List.copyOf(sentences);
    givens = List.copyOf(givens);
  }

  /**
   * @param line of the title, counted from one
   */
  public record Block(String title, int line, List<Step> steps) {
    public Block {
      steps = List.copyOf(steps);
    }

    @Override
    public String toString() {
      return title;
    }
  }
}
