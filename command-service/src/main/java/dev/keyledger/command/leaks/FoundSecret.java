package dev.keyledger.command.leaks;

import org.jspecify.annotations.Nullable;

/**
 * A text of a key secret's form, and where it was found. The secret itself goes no further than to
 * here.
 *
 * @param verifier base64url; as worth keeping as the secret for nobody without the pepper
 * @param url {@code null} where it isn't known, or would show a secret
 * @param source what kind of place that is, in the reporter's word; {@code null} for none
 */
public record FoundSecret(String verifier, @Nullable String url, @Nullable String source) {
  /**
   * What is kept of a report in which nothing has a secret's form, so that it takes as long as any
   * other.
   */
  static final FoundSecret NONE = new FoundSecret("", null, null);

  @Override
  public String toString() {
    return "[found secret]";
  }
}
