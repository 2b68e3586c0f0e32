package dev.keyledger.kit.text;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A duration as ISO 8601 writes it, of what has a fixed length: {@code PT1H30M}, {@code P30D},
 * {@code PT0.5S}, {@code P2W}. Days have 24 hours. None is negative, and none is given in years or
 * months, of which some are longer than others; nothing is finer than a millisecond.
 */
public final class LengthOfTime {
  private static final Pattern FORM =
      Pattern.compile(
          "P(?:(\\d{1,9})W|(?=[\\dT])(?:(\\d{1,9})D)?"
              + "(?:T(?=\\d)(?:(\\d{1,9})H)?(?:(\\d{1,9})M)?(?:(\\d{1,12})(?:\\.(\\d{1,3}))?S)?)?)");

  private LengthOfTime() {}

  /** Empty for text that is no such duration. */
  public static Optional<Duration> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(
            Duration.ofDays(7 * number(form.group(1)) + number(form.group(2)))
                .plusHours(number(form.group(3)))
                .plusMinutes(number(form.group(4)))
                .plusSeconds(number(form.group(5)))
                .plusMillis(thousandths(form.group(6))))
        : Optional.empty();
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private static long thousandths(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong((digits + "00").substring(0, 3));
  }
}
