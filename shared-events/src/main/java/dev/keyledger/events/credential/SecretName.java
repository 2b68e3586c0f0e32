package dev.keyledger.events.credential;

import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Names a secret of a key in what was obtained with it, such as tokens and refresh families: eight
 * bytes of its verifier, which tell nothing without the pepper.
 */
public final class SecretName {
  private SecretName() {}

  /**
   * @param beginning the verifier's first eight bytes, the highest first
   */
  public static String of(long beginning) {
    return Long.toUnsignedString(beginning, 36);
  }

  /**
   * @param verifier base64url, as the ledger has it
   * @throws IllegalArgumentException when it isn't one
   */
  public static String of(String verifier) {
    byte[] bytes = Base64.getUrlDecoder().decode(verifier);
    if (bytes.length < Long.BYTES) {
      throw new IllegalArgumentException("too short for a verifier");
    }
    return of(ByteBuffer.wrap(bytes).getLong());
  }
}
