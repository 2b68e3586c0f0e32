package dev.keyledger.query.versions;

/**
 * One complete set of view tables. All SQL about views writes {@code @} behind a table's name and
 * goes through {@link #sql}.
 */
public record ViewVersion(int number) {

  /** {@code "select … from keys@"} → {@code "select … from keys_g7"}. */
  public String sql(String template) {
    return template.replace("@", "_g" + number);
  }
}
