package dev.keyledger.events.credential;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * An API key's secret: {@code <prefix>_<pepper><43 characters, 32 random bytes in base62><6
 * characters, CRC-32 of all before it>}. The checksum refuses junk without a look-up and lets
 * secret scanners be sure; the first character names the pepper, so that one HMAC suffices while
 * peppers succeed one another.
 */
public final class KeySecret {
  private static final int RANDOM = 43;
  private static final int CHECKSUM = 6;
  private static final int BODY = 1 + RANDOM + CHECKSUM;
  private static final int SHOWN = 7;
  private static final int LONGEST_PREFIX = 32;

  private final String text;
  private final int bodyAt;

  private KeySecret(String text, int bodyAt) {
    this.text = text;
    this.bodyAt = bodyAt;
  }

  /**
   * @param pepperId one base62 digit: under which pepper its verifier is to be computed
   * @param random 32 bytes, fresh and shown nowhere
   */
  public static KeySecret mint(String prefix, char pepperId, byte[] random) {
    if (random.length != 32 || !isPepperId(pepperId)) {
      throw new IllegalArgumentException("a secret takes a pepper's id and 32 random bytes");
    }
    String start = prefix + "_" + pepperId + Base62.encode(random, RANDOM);
    return new KeySecret(start + checksum(start, start.length()), prefix.length() + 1);
  }

  /** Empty for anything whose form or checksum is wrong, at the cost of one pass over the text. */
  public static Optional<KeySecret> parse(String text) {
    int bodyAt = text.length() - BODY;
    if (bodyAt < 2 || bodyAt > LONGEST_PREFIX + 1 || text.charAt(bodyAt - 1) != '_') {
      return Optional.empty();
    }
    for (int i = 0; i < bodyAt - 1; i++) {
      char c = text.charAt(i);
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) {
        return Optional.empty();
      }
    }
    for (int i = bodyAt; i < text.length(); i++) {
      if (!Base62.isDigit(text.charAt(i))) {
        return Optional.empty();
      }
    }
    int checksumAt = text.length() - CHECKSUM;
    return text.startsWith(checksum(text, checksumAt), checksumAt)
        ? Optional.of(new KeySecret(text, bodyAt))
        : Optional.empty();
  }

  private static String checksum(String text, int length) {
    var crc = new CRC32();
    crc.update(text.substring(0, length).getBytes(StandardCharsets.ISO_8859_1));
    var digits = new char[CHECKSUM];
    Base62.encode(crc.getValue(), digits, 0, CHECKSUM);
    return new String(digits);
  }

  /** Whether a pepper may be called so: by one base62 digit. */
  public static boolean isPepperId(char c) {
    return Base62.isDigit(c);
  }

  /** The name of the pepper under which its verifier is computed. */
  public char pepperId() {
    return text.charAt(bodyAt);
  }

  /** {@code sk_live}: what stands before the last underscore. */
  public String keyPrefix() {
    return text.substring(0, bodyAt - 1);
  }

  /** What lists may show: the prefix and seven characters, of which six are random. */
  public String shownPrefix() {
    return text.substring(0, bodyAt + SHOWN);
  }

  public SecretText text() {
    return new SecretText(text);
  }

  /** What a verifier is computed from. */
  public byte[] revealBytes() {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return "[key secret]";
  }
}
