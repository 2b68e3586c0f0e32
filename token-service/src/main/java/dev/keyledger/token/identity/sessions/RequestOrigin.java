package dev.keyledger.token.identity.sessions;

import dev.keyledger.kit.text.UserAgent;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from: personal, so it is stored sealed and never logged.
 *
 * @param address as seen through configured proxies
 * @param userAgent at most {@value UserAgent#LONGEST} characters of it; {@code null} also for one
 *     that can't be shown
 */
public record RequestOrigin(String address, @Nullable String userAgent) {
  public RequestOrigin {
    userAgent = UserAgent.shown(userAgent);
  }

  @Override
  public String toString() {
    return "[origin]";
  }
}
