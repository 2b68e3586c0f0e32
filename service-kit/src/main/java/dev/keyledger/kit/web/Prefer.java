package dev.keyledger.kit.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The preference {@code wait} (RFC 7240, section 4.3): for how long an answer may wait until what
 * it did is in force.
 *
 * @param patience 0 to 30 whole seconds; 1 when nothing was asked
 * @param asked whether the client said so
 */
public record Prefer(Duration patience, boolean asked) {
  private static final int LONGEST_SECONDS = 30;
  private static final Prefer DEFAULT = new Prefer(Duration.ofSeconds(1), false);
  private static final Pattern WAIT =
      Pattern.compile(
          "\\s*wait\\s*=\\s*(?:(\\d{1,9})|\"(\\d{1,9})\")\\s*(?:;.*)?", Pattern.CASE_INSENSITIVE);

  /**
   * A preference that makes no sense is ignored (section 2); of several the first counts.
   *
   * @param headers all the request's headers {@code Prefer}, in order; {@code null} for none
   */
  public static Prefer of(@Nullable List<String> headers) {
    if (headers != null) {
      for (String header : headers) {
        for (String preference : preferencesIn(header)) {
          Matcher wait = WAIT.matcher(preference);
          if (wait.matches()) {
            return asked(wait.group(1) == null ? wait.group(2) : wait.group(1));
          }
        }
      }
    }
    return DEFAULT;
  }

  private static Prefer asked(String digits) {
    int seconds = Math.min(LONGEST_SECONDS, Integer.parseInt(digits));
    return new Prefer(Duration.ofSeconds(seconds), true);
  }

  /** What stands between commas; a comma within quotes parts nothing. */
  private static List<String> preferencesIn(String header) {
    var preferences = new ArrayList<String>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        preferences.add(header.substring(from, i));
        from = i + 1;
      }
    }
    preferences.add(header.substring(from));
    return preferences;
  }

  /** The value of {@code Preference-Applied} (section 3), which answers who asked. */
  public String applied() {
    return "wait=" + patience.toSeconds();
  }
}
