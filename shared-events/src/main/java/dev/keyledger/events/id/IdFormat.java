package dev.keyledger.events.id;

import java.util.UUID;

/**
 * The one place that knows how ids are written. Hand-written, since a million are checked at a
 * start.
 */
final class IdFormat {
  static final int PREFIX_LENGTH = 4;
  private static final int LENGTH = PREFIX_LENGTH + 36;
  private static final int VERSION_AT = PREFIX_LENGTH + 14;

  private IdFormat() {}

  static void check(String prefix, String text) {
    if (text == null
        || text.length() != LENGTH
        || !text.startsWith(prefix)
        || text.charAt(VERSION_AT) != '7') {
      throw refused(prefix);
    }
    for (int i = 0; i < 36; i++) {
      char c = text.charAt(PREFIX_LENGTH + i);
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      if (hyphen ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        throw refused(prefix);
      }
    }
  }

  /**
   * @param text that was checked
   */
  static UUID uuid(String text) {
    long high = 0;
    long low = 0;
    for (int i = PREFIX_LENGTH; i < LENGTH; i++) {
      char c = text.charAt(i);
      if (c != '-') {
        high = (high << 4) | (low >>> 60);
        low = (low << 4) | (c <= '9' ? c - '0' : c - 'a' + 10);
      }
    }
    return new UUID(high, low);
  }

  // The text itself stays out of the message: a client may have sent a secret where an id is due.
  private static IllegalArgumentException refused(String prefix) {
    return new IllegalArgumentException(
        "expected " + prefix + " followed by a UUID of version 7 in lower case");
  }
}
