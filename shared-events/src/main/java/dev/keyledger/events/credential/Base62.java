package dev.keyledger.events.credential;

/** Digits, capitals, small letters, most significant first, padded to a fixed width. */
final class Base62 {
  static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private Base62() {}

  static String encode(byte[] bytes, int width) {
    byte[] number = bytes.clone();
    var text = new char[width];
    for (int i = width - 1; i >= 0; i--) {
      text[i] = ALPHABET.charAt(divide(number));
    }
    return new String(text);
  }

  /** By 62, in place, and byte by byte as on paper; returns the remainder. */
  private static int divide(byte[] number) {
    int remainder = 0;
    for (int i = 0; i < number.length; i++) {
      int part = (remainder << 8) | (number[i] & 0xff);
      number[i] = (byte) (part / 62);
      remainder = part % 62;
    }
    return remainder;
  }

  static void encode(long number, char[] into, int from, int width) {
    for (int i = from + width - 1; i >= from; i--) {
      into[i] = ALPHABET.charAt((int) (number % 62));
      number /= 62;
    }
  }

  static boolean isDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }
}
