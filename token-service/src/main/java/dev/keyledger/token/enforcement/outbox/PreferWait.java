package dev.keyledger.token.enforcement.outbox;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long an answer may wait for what it did to be in force: {@code Prefer: wait=N} (RFC 7240,
 * section 4.3), at most 30 seconds, one by default.
 *
 * @param asked whether the request said so
 */
record PreferWait(int seconds, boolean asked) {
  private static final int LONGEST = 30;
  private static final PreferWait DEFAULT = new PreferWait(1, false);
  private static final Pattern WAIT =
      Pattern.compile(
          "(?:^|[,;])\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?:$|[,;])", Pattern.CASE_INSENSITIVE);

  /** A preference that makes no sense is ignored (section 2). */
  static PreferWait of(@Nullable String header) {
    if (header == null) {
      return DEFAULT;
    }
    Matcher wait = WAIT.matcher(header);
    return wait.find()
        ? new PreferWait(Math.min(LONGEST, Integer.parseInt(wait.group(1))), true)
        : DEFAULT;
  }

  Duration duration() {
    return Duration.ofSeconds(seconds);
  }
}
