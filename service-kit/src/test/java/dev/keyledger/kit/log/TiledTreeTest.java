package dev.keyledger.kit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TiledTreeTest {
  private static final int LEAVES = 600;
  private static final Leaves TREE = Leaves.numbered(LEAVES);

  /** As a store has them: leaves, and above them the roots of full tiles alone. */
  private final List<Hash> leaves = new ArrayList<>(TREE.hashes());

  private final List<Hash> full =
      IntStream.range(0, LEAVES / Tile.FULL).mapToObj(i -> TREE.root(Tile.HEIGHT, i)).toList();

  private final TiledTree tree =
      new TiledTree((level, first, count) -> {
        List<Hash> all = level == 0 ? leaves : level == 1 ? full : List.of();
        int from = Math.min(all.size(), Math.toIntExact(first));
        return all.subList(from, Math.min(all.size(), from + count));
      });

  @Test
  void whatIsBetweenTilesIsComputed() {
    for (int size = 0; size <= LEAVES; size += 37) {
      assertThat(Proofs.root(size, tree)).isEqualTo(TREE.root(size));
    }
  }

  @Test
  void aTileIsItsHashes() {
    byte[] tile = tree.tile(new Tile(1, 0, 2));
    assertThat(tile)
        .hasSize(2 * Hash.LENGTH)
        .startsWith(full.getFirst().bytes())
        .endsWith(full.get(1).bytes());
  }

  @Test
  void aHashThatIsNotThereIsMissed() {
    leaves.remove(LEAVES - 1);
    assertThatExceptionOfType(TiledTree.MissingHashException.class)
        .isThrownBy(() -> Proofs.root(LEAVES, tree));
  }
}
