package dev.keyledger.command.api;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The preference {@code wait} (RFC 7240, section 4.3): for how long an answer may wait until its
 * decision is in force.
 *
 * @param patience 0 to 30 seconds
 * @param asked whether the client said so
 */
record Prefer(Duration patience, boolean asked) {
  private static final long LONGEST_SECONDS = 30;
  private static final Prefer DEFAULT = new Prefer(Duration.ofSeconds(1), false);
  private static final Pattern WAIT =
      Pattern.compile("\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

  /** A preference that makes no sense is ignored (section 2); of several the first counts. */
  static Prefer of(@Nullable List<String> headers) {
    return Optional.ofNullable(headers).stream()
        .flatMap(List::stream)
        .flatMap(header -> Arrays.stream(header.split(",", -1)))
        .map(WAIT::matcher)
        .filter(Matcher::matches)
        .findFirst()
        .map(m -> Math.min(LONGEST_SECONDS, Long.parseLong(m.group(1))))
        .map(seconds -> new Prefer(Duration.ofSeconds(seconds), true))
        .orElse(DEFAULT);
  }
}
