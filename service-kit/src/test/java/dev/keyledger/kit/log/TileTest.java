package dev.keyledger.kit.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TileTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0/000",
        "0/999",
        "0/x001/000",
        "3/x001/x234/067",
        "0/000.p/1",
        "63/x001/000.p/255"
      })
  void aTileHasOnePath(String path) {
    assertThat(Tile.parse(path).map(Tile::path)).contains(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "0/",
        "0/1",
        "00/000",
        "64/000",
        "0/x000/001",
        "0/001/x000",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "-1/000",
        "0/000/",
        "0/x001",
        "0/0000",
        "entries/000",
        "0/x999/x999/x999/x999/x999/x999/999"
      })
  void noOtherPathNamesOne(String path) {
    assertThat(Tile.parse(path)).isEmpty();
  }

  /** The example of the specification. */
  @Test
  void aTreeOfSeventyThousandHasTheseTiles() {
    long size = 70_000;
    assertThat(new Tile(0, 272, 256).isIn(size)).isTrue();
    assertThat(new Tile(0, 273, 112).isIn(size)).isTrue();
    assertThat(new Tile(0, 273, 113).isIn(size)).isFalse();
    assertThat(new Tile(1, 0, 256).isIn(size)).isTrue();
    assertThat(new Tile(1, 1, 17).isIn(size)).isTrue();
    assertThat(new Tile(1, 1, 18).isIn(size)).isFalse();
    assertThat(new Tile(2, 0, 1).isIn(size)).isTrue();
    assertThat(new Tile(2, 0, 2).isIn(size)).isFalse();
    assertThat(new Tile(8, 0, 1).isIn(Long.MAX_VALUE)).isFalse();
    assertThat(new Tile(1, 0, 1).isIn(256)).isTrue();
    assertThat(new Tile(1, 0, 1).isIn(255)).isFalse();
  }
}
