package dev.keyledger.token.identity.people;

import java.io.ByteArrayOutputStream;

/** RFC 4648, section 6, without padding: how authenticator apps take a secret. */
final class Base32 {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int DIGIT_BITS = 5;

  private Base32() {}

  static String encode(byte[] bytes) {
    var text = new StringBuilder();
    int bits = 0;
    int held = 0;
    for (byte b : bytes) {
      bits = (bits << Byte.SIZE) | (b & 0xff);
      held += Byte.SIZE;
      while (held >= DIGIT_BITS) {
        held -= DIGIT_BITS;
        text.append(ALPHABET.charAt((bits >> held) & 31));
      }
    }
    if (held > 0) {
      text.append(ALPHABET.charAt((bits << (DIGIT_BITS - held)) & 31));
    }
    return text.toString();
  }

  /**
   * @throws IllegalArgumentException without quoting the text, which is a secret
   */
  static byte[] decode(String text) {
    var bytes = new ByteArrayOutputStream();
    int bits = 0;
    int held = 0;
    for (char c : text.toCharArray()) {
      int digit = ALPHABET.indexOf(c);
      if (digit < 0) {
        throw new IllegalArgumentException("expected base32 without padding");
      }
      bits = (bits << DIGIT_BITS) | digit;
      held += DIGIT_BITS;
      if (held >= Byte.SIZE) {
        held -= Byte.SIZE;
        bytes.write((bits >> held) & 0xff);
      }
    }
    return bytes.toByteArray();
  }
}
