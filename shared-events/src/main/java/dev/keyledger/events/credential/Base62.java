package dev.keyledger.events.credential;

/** Digits, capitals, small letters, most significant first, padded to a fixed width. */
final class Base62 {
  static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private Base62() {}

  static String encode(byte[] bytes, int width) {
    int[] number = wordsOf(bytes);
    var text = new char[width];
    for (int i = width - 1; i >= 0; i--) {
      text[i] = ALPHABET.charAt(divide(number));
    }
    return new String(text);
  }

  /** Four bytes each, the first one padded. */
  private static int[] wordsOf(byte[] bytes) {
    var words = new int[(bytes.length + 3) / 4];
    int padding = words.length * 4 - bytes.length;
    for (int i = 0; i < bytes.length; i++) {
      int word = (i + padding) / 4;
      words[word] = (words[word] << 8) | (bytes[i] & 0xff);
    }
    return words;
  }

  /** By 62, in place, and word by word as on paper; returns the remainder. */
  private static int divide(int[] number) {
    long remainder = 0;
    for (int i = 0; i < number.length; i++) {
      long part = (remainder << 32) | Integer.toUnsignedLong(number[i]);
      number[i] = (int) (part / 62);
      remainder = part % 62;
    }
    return (int) remainder;
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
