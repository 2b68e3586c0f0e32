package dev.keyledger.delivery.sending;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** {@code Retry-After} (RFC 9110, section 10.2.3), within bounds. */
final class RetryAfter {
  private RetryAfter() {}

  /**
   * @return at most {@link Backoff#LONGEST_REST}; {@code null} for what is neither seconds nor a
   *     date, or has passed
   */
  static @Nullable Duration of(@Nullable String value, Instant now) {
    if (value == null || value.length() > 40) {
      return null;
    }
    Duration asked = asked(value.strip(), now);
    if (asked == null || asked.isNegative() || asked.isZero()) {
      return null;
    }
    return asked.compareTo(Backoff.LONGEST_REST) > 0 ? Backoff.LONGEST_REST : asked;
  }

  private static @Nullable Duration asked(String value, Instant now) {
    if (value.matches("[0-9]{1,12}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      Instant until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value));
      return Duration.between(now, until);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
