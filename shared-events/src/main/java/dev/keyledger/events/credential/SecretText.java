package dev.keyledger.events.credential;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Text that may not be seen: it prints as nothing, compares in constant time and is unwrapped by an
 * alarming name.
 */
public final class SecretText {
  private final String text;

  public SecretText(String text) {
    this.text = text;
  }

  /** The secret itself. Only for the one answer that shows it, and for computing a verifier. */
  public String revealSecret() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SecretText that
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), that.text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int hashCode() {
    return 0; // A hash of a secret tells something of it.
  }

  @Override
  public String toString() {
    return "[secret]";
  }
}
