package dev.keyledger.token.identity.sessions;

import org.jspecify.annotations.Nullable;

/**
 * Where a request came from: personal, so it is stored sealed and never logged.
 *
 * @param address as seen through configured proxies
 * @param userAgent at most {@value #LONGEST_AGENT} characters of it
 */
public record RequestOrigin(String address, @Nullable String userAgent) {
  private static final int LONGEST_AGENT = 256;

  public RequestOrigin {
    if (userAgent != null && userAgent.length() > LONGEST_AGENT) {
      userAgent = userAgent.substring(0, LONGEST_AGENT);
    }
  }

  @Override
  public String toString() {
    return "[origin]";
  }
}
