package dev.keyledger.kit.log;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.regex.Pattern;

/** What names a key in notes (C2SP {@code signed-note}). */
final class KeyName {
  static final byte NOTE = 0x01;
  static final byte COSIGNATURE = 0x04;
  static final int ID_LENGTH = 4;

  private static final Pattern SPACE = Pattern.compile("[\\p{IsWhite_Space}+\\p{Cntrl}]");

  private KeyName() {}

  static String checked(String name) {
    if (name.isEmpty() || SPACE.matcher(name).find()) {
      throw new IllegalArgumentException("A key's name has no spaces and no plus.");
    }
    return name;
  }

  static byte[] id(String name, byte algorithm, byte[] publicKey) {
    MessageDigest digest = Hash.sha256();
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    digest.update(algorithm);
    return Arrays.copyOf(digest.digest(publicKey), ID_LENGTH);
  }
}
