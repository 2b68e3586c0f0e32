package dev.keyledger.benchmarks.report;

import org.jspecify.annotations.Nullable;

/**
 * One line of the table.
 *
 * @param unit of the measured value and of its ceiling
 * @param ceilingName what the ceiling does; {@code null} where there is none to take
 * @param dominatedBy where the time goes, as sampled, or why the figure is what it is
 */
public record Figure(
    String name,
    String unit,
    Rounds measured,
    @Nullable String ceilingName,
    @Nullable Rounds ceiling,
    Goal goal,
    String dominatedBy) {

  public static Figure against(
      String ceilingName, Rounds ceiling, String name, String unit, Rounds measured, Goal goal) {
    return new Figure(name, unit, measured, ceilingName, ceiling, goal, "");
  }

  public static Figure of(String name, String unit, Rounds measured, Goal goal) {
    return new Figure(name, unit, measured, null, null, goal, "");
  }

  public Figure dominatedBy(String what) {
    return new Figure(name, unit, measured, ceilingName, ceiling, goal, what);
  }

  /** The median of the rounds' ratios, or not a number. */
  double ratio() {
    return ceiling == null ? Double.NaN : measured.dividedBy(ceiling).median();
  }

  public boolean isMet() {
    return goal.isMetBy(measured.median(), ratio());
  }
}
