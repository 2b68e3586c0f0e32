package dev.keyledger.kit.log;

/** The complete subtrees of a log, wherever it is kept. */
@FunctionalInterface
public interface Subtrees {
  /**
   * @param height 0 for a leaf: the subtree has 2^height leaves
   * @param index among those of its height, from the left
   */
  Hash root(int height, long index);
}
