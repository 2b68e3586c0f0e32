package dev.keyledger.query.log;

import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.Proofs;
import dev.keyledger.kit.log.Tile;
import dev.keyledger.kit.log.TiledTree;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.query.views.Parameters;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;

/** What the endpoints of all logs have in common. */
final class LogAnswers {
  static final String NOTE = "text/plain;charset=UTF-8";
  static final String TILE = "application/octet-stream";

  private static final Duration YEAR = Duration.ofDays(365);

  /** What is in a tile stays as it is. */
  static final CacheControl FOR_EVER = CacheControl.maxAge(YEAR).cachePrivate().immutable();

  /**
   * @param origin the log's name
   * @param keys C2SP verifier keys, the current one first: to be had by another way once, since who
   *     changes a history could change these
   */
  record LogKeyList(String origin, List<String> keys) {}

  /**
   * @param hashes RFC 9162, section 2.1.4
   */
  record Consistency(
      long oldSize, String oldRoot, long treeSize, String root, List<String> hashes) {}

  private LogAnswers() {}

  /**
   * @throws dev.keyledger.kit.web.ProblemException 404 {@code tile_not_found}
   */
  static byte[] tile(TiledTree tree, long size, String path) {
    Tile tile =
        Tile.parse(path.startsWith("/") ? path.substring(1) : path)
            .filter(one -> one.isIn(size))
            .orElseThrow(
                () -> Problem.of(404, "tile_not_found", "The log has no such tile.").toException());
    return tree.tile(tile);
  }

  /**
   * That the log's first entries are still the same.
   *
   * @param size of the whole log
   */
  static Consistency consistency(
      TiledTree tree, String oldSize, @Nullable String treeSize, long size) {
    long whole = sizeWithin("tree_size", treeSize, size);
    long old = sizeWithin("old_size", oldSize, whole);
    return new Consistency(
        old,
        Proofs.root(old, tree).text(),
        whole,
        Proofs.root(whole, tree).text(),
        texts(Proofs.consistency(old, whole, tree)));
  }

  static List<String> texts(List<Hash> hashes) {
    return hashes.stream().map(Hash::text).toList();
  }

  /**
   * @param size of the whole log
   * @return what was asked for, or the size of the log
   */
  static long sizeWithin(String name, @Nullable String text, long size) {
    Long asked = Parameters.wholeNumber(name, text);
    if (asked != null && asked > size) {
      throw Parameters.refused(name, "The log has " + size + " entries.");
    }
    return asked == null ? size : asked;
  }
}
