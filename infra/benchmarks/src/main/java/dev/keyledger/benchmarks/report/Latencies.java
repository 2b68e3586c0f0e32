package dev.keyledger.benchmarks.report;

import java.util.Arrays;
import java.util.Collection;

/** Durations of single things, in nanoseconds, to be asked for percentiles. */
public final class Latencies {
  private final long[] sorted;

  public Latencies(Collection<Long> nanos) {
    if (nanos.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    sorted = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
  }

  /**
   * By nearest rank: the smallest measured value that at least so many percent don't exceed.
   *
   * @param percent above 0, at most 100
   */
  public double millisAt(double percent) {
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.max(0, rank - 1)] / 1e6;
  }

  public int count() {
    return sorted.length;
  }
}
