package dev.keyledger.token.identity.people;

import dev.keyledger.events.credential.SecretText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A secret that only its holder keeps: refresh tokens, challenges, invitations. It has 32 random
 * bytes, so that a plain SHA-256 of it is all that a table needs and of no use to a thief.
 */
public final class OpaqueToken {
  private static final int RANDOM = 32;
  private static final int LONGEST = 128;

  private OpaqueToken() {}

  /**
   * @param prefix tells people and secret scanners what it is, for example {@code klr_}
   */
  public static SecretText mint(String prefix, SecureRandom random) {
    var bytes = new byte[RANDOM];
    random.nextBytes(bytes);
    return new SecretText(prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** What a table keeps. A text that is too long to be a ticket has a hash that none has. */
  public static byte[] hash(String text) {
    String bounded = text.length() > LONGEST ? "" : text;
    try {
      return MessageDigest.getInstance("SHA-256").digest(bounded.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  public static byte[] hash(SecretText token) {
    return hash(token.revealSecret());
  }
}
