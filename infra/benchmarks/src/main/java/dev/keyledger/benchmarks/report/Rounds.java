package dev.keyledger.benchmarks.report;

import java.util.Arrays;
import java.util.List;

/** One number from each round, in the order in which they were taken. */
public record Rounds(List<Double> values) {
  public Rounds {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no round was run");
    }
  }

  public static Rounds of(double... values) {
    return new Rounds(Arrays.stream(values).boxed().toList());
  }

  /** The middle, or the mean of the two middles. */
  public double median() {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** From lowest to highest, as a part of the median: how noisy the machine was. */
  public double spread() {
    double lowest = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double highest = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    return median() == 0 ? 0 : (highest - lowest) / median();
  }

  /**
   * Round by round, since a noisy minute falls on both sides of its own round.
   *
   * @param ceiling of the same rounds
   */
  public Rounds dividedBy(Rounds ceiling) {
    if (ceiling.values.size() != values.size()) {
      throw new IllegalArgumentException(
          values.size() + " rounds cannot be divided by " + ceiling.values.size());
    }
    double[] ratios = new double[values.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = values.get(i) / ceiling.values.get(i);
    }
    return of(ratios);
  }
}
