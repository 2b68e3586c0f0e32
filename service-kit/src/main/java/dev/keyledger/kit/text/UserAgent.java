package dev.keyledger.kit.text;

import org.jspecify.annotations.Nullable;

/** What a client calls itself (RFC 9110, section 10.1.5), as far as it is kept. */
public final class UserAgent {
  /** In characters. */
  public static final int LONGEST = 256;

  private UserAgent() {}

  /**
   * @param header {@code null} where there was none
   * @return its beginning; {@code null} also for one with nothing to be seen, or that can't be
   *     shown
   */
  public static @Nullable String shown(@Nullable String header) {
    return header == null || VisibleText.isBlank(header) || !VisibleText.isVisible(header)
        ? null
        : VisibleText.shortened(header, LONGEST);
  }
}
