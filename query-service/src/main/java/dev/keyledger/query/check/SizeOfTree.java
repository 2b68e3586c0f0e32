package dev.keyledger.query.check;

import dev.keyledger.kit.log.Tile;

/** How many roots of full tiles a tree has. */
final class SizeOfTree {
  private SizeOfTree() {}

  static long nodes(long leaves) {
    long nodes = 0;
    for (long full = leaves / Tile.FULL; full > 0; full /= Tile.FULL) {
      nodes += full;
    }
    return nodes;
  }
}
