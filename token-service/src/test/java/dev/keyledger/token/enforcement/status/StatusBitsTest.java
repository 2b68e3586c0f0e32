package dev.keyledger.token.enforcement.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Base64;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

class StatusBitsTest {
  /** draft-ietf-oauth-status-list-21, section 4.1: its example of one bit. */
  @Test
  void section_4_1_theFirstPlaceIsTheLowestBitOfTheFirstByte() throws Exception {
    var bits = new StatusBits(16);
    for (int invalid : new int[] {0, 3, 4, 5, 7, 8, 9, 13, 15}) {
      bits.setInvalid(invalid);
    }

    assertThat(inflated(bits.compressed())).containsExactly(0xB9, 0xA3);
  }

  @Test
  void aListInWhichNothingEndedIsSmallAndStillOfItsSize() throws Exception {
    String compressed = new StatusBits(StatusPlaces.SIZE).compressed();

    assertThat(compressed).hasSizeLessThan(60).doesNotContain("=");
    assertThat(inflated(compressed)).hasSize(StatusPlaces.SIZE / 8).containsOnly(0);
  }

  private static int[] inflated(String compressed) throws Exception {
    var bytes = new byte[StatusPlaces.SIZE];
    try (var inflater = new Inflater()) {
      inflater.setInput(Base64.getUrlDecoder().decode(compressed));
      int length = inflater.inflate(bytes);
      assertThat(inflater.finished()).isTrue();
      var all = new int[length];
      Arrays.setAll(all, i -> bytes[i] & 0xff);
      return all;
    }
  }
}
