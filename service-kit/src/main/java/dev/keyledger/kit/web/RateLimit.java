package dev.keyledger.kit.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is left of a rate, as the header fields of draft-ietf-httpapi-ratelimit-headers-11 say it.
 *
 * @param name of the rate, letters and dashes
 * @param maximum within any window
 * @param remaining 0 or more
 * @param reset until more is left; told in whole seconds, at least one
 */
public record RateLimit(String name, int maximum, Duration window, int remaining, Duration reset) {

  /** Of an answer that was within it. */
  public Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    headers.put("RateLimit-Policy", "\"" + name + "\";q=" + maximum + ";w=" + roundedUp(window));
    headers.put("RateLimit", "\"" + name + "\";r=" + remaining + ";t=" + roundedUp(reset));
    return headers;
  }

  /** Of a refusal by it. */
  public Map<String, String> headersOfRefusal() {
    Map<String, String> headers = headers();
    headers.put("Retry-After", Long.toString(roundedUp(reset)));
    return headers;
  }

  private static long roundedUp(Duration time) {
    return Math.max(1, time.plusNanos(999_999_999).toSeconds());
  }
}
