package dev.keyledger.benchmarks.report;

import java.util.Locale;

/** What a figure is held against. */
public sealed interface Goal {
  boolean isMetBy(double measured, double ratio);

  /** As the table shows it; empty when nothing was promised. */
  String text();

  /** The measured value divided by its ceiling. */
  record RatioAtLeast(double ratio) implements Goal {
    @Override
    public boolean isMetBy(double measured, double ratio) {
      return ratio >= this.ratio;
    }

    @Override
    public String text() {
      return String.format(Locale.ROOT, "ratio ≥ %.2f", ratio);
    }
  }

  record AtLeast(double least) implements Goal {
    @Override
    public boolean isMetBy(double measured, double ratio) {
      return measured >= least;
    }

    @Override
    public String text() {
      return "≥ " + Amount.text(least);
    }
  }

  record AtMost(double most) implements Goal {
    @Override
    public boolean isMetBy(double measured, double ratio) {
      return measured <= most;
    }

    @Override
    public String text() {
      return "≤ " + Amount.text(most);
    }
  }

  /** For what is only worth knowing. */
  record None() implements Goal {
    @Override
    public boolean isMetBy(double measured, double ratio) {
      return true;
    }

    @Override
    public String text() {
      return "";
    }
  }
}
