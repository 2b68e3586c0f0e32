package dev.keyledger.benchmarks.report;

import java.util.Locale;

/** Numbers as people read them: three digits that count. */
final class Amount {
  private Amount() {}

  static String text(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    if (Math.abs(value) >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
  }
}
