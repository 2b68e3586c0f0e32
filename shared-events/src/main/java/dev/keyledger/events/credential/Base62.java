package dev.keyledger.events.credential;

import java.math.BigInteger;

/** Digits, capitals, small letters, most significant first, padded to a fixed width. */
final class Base62 {
  static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(62);

  private Base62() {}

  static String encode(byte[] bytes, int width) {
    var number = new BigInteger(1, bytes);
    var text = new char[width];
    for (int i = width - 1; i >= 0; i--) {
      BigInteger[] quotientAndDigit = number.divideAndRemainder(BASE);
      text[i] = ALPHABET.charAt(quotientAndDigit[1].intValue());
      number = quotientAndDigit[0];
    }
    return new String(text);
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
