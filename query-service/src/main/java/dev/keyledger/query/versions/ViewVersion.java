package dev.keyledger.query.versions;

import java.util.regex.Pattern;

/**
 * One complete set of view tables. All SQL about views writes {@code @} behind a table's name and
 * goes through {@link #sql}; the operator {@code @@} has spaces around it.
 */
public record ViewVersion(int number) {
  private static final Pattern BEHIND_A_NAME = Pattern.compile("(?<=\\w)@");

  /** {@code "select … from keys@"} → {@code "select … from keys_g7"}. */
  public String sql(String template) {
    return BEHIND_A_NAME.matcher(template).replaceAll("_g" + number);
  }
}
