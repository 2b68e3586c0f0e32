package dev.keyledger.kit.log;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A hash of the tree: SHA-256, with what keeps leaves and inner nodes apart (RFC 9162, section
 * 2.1.1).
 *
 * @param bytes 32 of them
 */
public record Hash(byte[] bytes) {
  public static final int LENGTH = 32;

  /** The root of a tree without any leaf. */
  public static final Hash OF_NOTHING = new Hash(sha256().digest());

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  /**
   * @throws IllegalArgumentException where these are not 32 bytes
   */
  public Hash {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("A hash has 32 bytes.");
    }
  }

  /** Of an entry of the log. */
  public static Hash ofLeaf(byte[] entry) {
    MessageDigest digest = sha256();
    digest.update(LEAF);
    return new Hash(digest.digest(entry));
  }

  static Hash ofNode(Hash left, Hash right) {
    MessageDigest digest = sha256();
    digest.update(NODE);
    digest.update(left.bytes);
    return new Hash(digest.digest(right.bytes));
  }

  /**
   * @param base64 as RFC 4648, section 4, has it, padded
   * @throws IllegalArgumentException for anything else
   */
  public static Hash parse(String base64) {
    byte[] bytes = Base64.getDecoder().decode(base64);
    Hash hash = new Hash(bytes);
    // One hash has one text: bits that are left over are zero.
    if (!hash.text().equals(base64)) {
      throw new IllegalArgumentException("This is no hash in base64.");
    }
    return hash;
  }

  /** In base64, as notes and proofs have it. */
  public String text() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hash that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes, 0, 6) + "…";
  }
}
