package dev.keyledger.command.organization;

import dev.keyledger.events.id.KeyId;
import java.util.HexFormat;

/** The sixteen bytes behind a key's id. */
record IdBits(long most, long least) {
  static final int BYTES = 2 * Long.BYTES;

  private static final HexFormat HEX = HexFormat.of();
  private static final int PREFIX = KeyId.PREFIX.length();

  static IdBits of(KeyId id) {
    String text = id.value();
    return new IdBits(
        digits(text, 0, 8) << 32 | digits(text, 9, 13) << 16 | digits(text, 14, 18),
        digits(text, 19, 23) << 48 | digits(text, 24, 36));
  }

  private static long digits(String text, int from, int to) {
    return HexFormat.fromHexDigitsToLong(text, PREFIX + from, PREFIX + to);
  }

  static IdBits at(byte[] bytes, int at) {
    return new IdBits(eight(bytes, at), eight(bytes, at + Long.BYTES));
  }

  private static long eight(byte[] bytes, int at) {
    long value = 0;
    for (int i = at; i < at + Long.BYTES; i++) {
      value = value << Byte.SIZE | bytes[i] & 0xff;
    }
    return value;
  }

  KeyId id() {
    return new KeyId(
        KeyId.PREFIX
            + HEX.toHexDigits(most >>> 32, 8)
            + '-'
            + HEX.toHexDigits(most >>> 16, 4)
            + '-'
            + HEX.toHexDigits(most, 4)
            + '-'
            + HEX.toHexDigits(least >>> 48, 4)
            + '-'
            + HEX.toHexDigits(least, 12));
  }

  /** The lower half is random. */
  int hash() {
    return (int) (least ^ least >>> 32);
  }

  boolean isAt(byte[] bytes, int at) {
    return eight(bytes, at + Long.BYTES) == least && eight(bytes, at) == most;
  }
}
