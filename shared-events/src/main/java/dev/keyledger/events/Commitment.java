package dev.keyledger.events;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What leaves the ledger of something that stays in it: SHA-256, base64url without padding. */
final class Commitment {
  private Commitment() {}

  static String to(String kept) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(kept.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  /** Whether it is what was committed to. */
  static boolean fits(String commitment, @Nullable String kept) {
    return kept != null && commitment.equals(to(kept));
  }
}
