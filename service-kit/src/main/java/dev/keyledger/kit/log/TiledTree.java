package dev.keyledger.kit.log;

import java.util.List;
import java.util.stream.IntStream;

/** A tree of which the leaves and the roots of full tiles are kept: all else is computed. */
public record TiledTree(Rows rows) implements Subtrees {
  /** Where the hashes are. */
  @FunctionalInterface
  public interface Rows {
    /**
     * @param level 0 for leaves
     * @param first among all hashes of its level
     * @param count 1 to {@link Tile#FULL}
     * @return fewer where there aren't as many
     */
    List<Hash> row(int level, long first, int count);
  }

  /** A hash isn't there that the tree should have: somebody took it away. */
  public static final class MissingHashException extends RuntimeException {
    MissingHashException(int level, long first, int count) {
      super("of level " + level + ", " + count + " hashes from " + first + " are not all there");
    }
  }

  /**
   * @throws MissingHashException where the tree isn't whole
   */
  @Override
  public Hash root(int height, long index) {
    int level = height / Tile.HEIGHT;
    int inTile = height % Tile.HEIGHT;
    List<Hash> row = whole(level, index << inTile, 1 << inTile);
    while (row.size() > 1) {
      row = pairs(row);
    }
    return row.getFirst();
  }

  /**
   * @return the tile's hashes, one behind the other
   * @throws MissingHashException where the tree isn't whole
   */
  public byte[] tile(Tile tile) {
    List<Hash> row = whole(tile.level(), tile.first(), tile.width());
    var bytes = new byte[row.size() * Hash.LENGTH];
    for (int i = 0; i < row.size(); i++) {
      System.arraycopy(row.get(i).bytes(), 0, bytes, i * Hash.LENGTH, Hash.LENGTH);
    }
    return bytes;
  }

  private List<Hash> whole(int level, long first, int count) {
    List<Hash> row = rows.row(level, first, count);
    if (row.size() != count) {
      throw new MissingHashException(level, first, count);
    }
    return row;
  }

  private static List<Hash> pairs(List<Hash> row) {
    return IntStream.range(0, row.size() / 2)
        .mapToObj(i -> Hash.ofNode(row.get(2 * i), row.get(2 * i + 1)))
        .toList();
  }
}
