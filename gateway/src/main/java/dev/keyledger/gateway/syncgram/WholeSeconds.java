package dev.keyledger.gateway.syncgram;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Times as Syncgram Pay writes them: {@code 2024-01-15T10:00:00Z}, where ours have fractions. */
final class WholeSeconds {
  private WholeSeconds() {}

  /**
   * What has begun counts, so that a moment is never told before it has come.
   *
   * @param time as the canonical API writes it; what is no text, such as {@code null}, stays
   */
  static JsonNode of(JsonNode time) {
    return time.isString()
        ? StringNode.valueOf(
            Instant.parse(time.stringValue()).truncatedTo(ChronoUnit.SECONDS).toString())
        : time;
  }
}
