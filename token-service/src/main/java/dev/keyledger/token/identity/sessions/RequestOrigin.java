package dev.keyledger.token.identity.sessions;

import dev.keyledger.kit.text.VisibleText;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from: personal, so it is stored sealed and never logged.
 *
 * @param address as seen through configured proxies
 * @param userAgent at most {@value #LONGEST_AGENT} characters of it; {@code null} also for one that
 *     can't be shown
 */
public record RequestOrigin(String address, @Nullable String userAgent) {
  private static final int LONGEST_AGENT = 256;

  public RequestOrigin {
    userAgent =
        userAgent == null || !VisibleText.isVisible(userAgent)
            ? null
            : VisibleText.shortened(userAgent, LONGEST_AGENT);
  }

  @Override
  public String toString() {
    return "[origin]";
  }
}
