package dev.keyledger.token.enforcement.status;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.zip.Deflater;

/**
 * One bit for each place of a list, 0 VALID and 1 INVALID (draft-ietf-oauth-status-list-21,
 * sections 4.1 and 7.1): the first place is the lowest bit of the first byte.
 */
final class StatusBits {
  private final byte[] bits;

  /**
   * @param size places, a multiple of 8
   */
  StatusBits(int size) {
    this.bits = new byte[size / 8];
  }

  void setInvalid(int index) {
    bits[index / 8] |= (byte) (1 << (index % 8));
  }

  /** As ZLIB (RFC 1950) in base64url without padding. */
  String compressed() {
    var out = new ByteArrayOutputStream();
    var buffer = new byte[1_024];
    try (var deflater = new Deflater(Deflater.BEST_COMPRESSION)) {
      deflater.setInput(bits);
      deflater.finish();
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
  }
}
