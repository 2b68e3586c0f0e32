package dev.keyledger.query.log;

/**
 * Lines as RFC 4180 has them. A value that a spreadsheet would take for a formula gets an
 * apostrophe in front, and so does one that has one there already: who reads it by machine takes
 * one off.
 */
final class Csv {
  private static final String FIRST_OF_A_FORMULA = "=+-@\t\r";

  private Csv() {}

  static String line(Iterable<String> values) {
    var line = new StringBuilder();
    for (String value : values) {
      if (!line.isEmpty()) {
        line.append(',');
      }
      line.append(quoted(safe(value)));
    }
    return line.append("\r\n").toString();
  }

  private static String safe(String value) {
    boolean marked =
        !value.isEmpty()
            && (value.charAt(0) == '\'' || FIRST_OF_A_FORMULA.indexOf(value.charAt(0)) >= 0);
    return marked ? "'" + value : value;
  }

  private static String quoted(String value) {
    boolean plain = value.chars().noneMatch(c -> c == '"' || c == ',' || c == '\r' || c == '\n');
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}
