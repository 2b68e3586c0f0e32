package dev.keyledger.benchmarks;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongToDoubleFunction;

/**
 * Load before anything counts: for a while, and then until a service is as fast as it will be and
 * its compilers have little left to do. On few processors they take a large part of them for more
 * than a minute, longer the more else the machine does.
 *
 * @param part of the load whose rate is compared with that of the one before
 */
record WarmUp(Duration atLeast, Duration atMost, Duration part) {
  private static final double STEADY = 1.05;
  private static final double STILL_COMPILING = 0.1;

  static WarmUp of(Settings settings) {
    return settings.quick()
        ? new WarmUp(settings.warmUp(), settings.warmUp(), settings.warmUp().dividedBy(3))
        : new WarmUp(settings.warmUp(), settings.warmUp().multipliedBy(6), Duration.ofSeconds(5));
  }

  /** For one of several loads that warm one another. */
  WarmUp withoutLeast() {
    return new WarmUp(part.multipliedBy(2), atMost, part);
  }

  /**
   * @param load for so many milliseconds, and at which rate
   * @param compiling how many compilers were at work meanwhile
   */
  void run(LongToDoubleFunction load, DoubleSupplier compiling) {
    double best = 0;
    for (Duration done = part; done.compareTo(atMost) <= 0; done = done.plus(part)) {
      double rate = load.applyAsDouble(part.toMillis());
      boolean isCompiled = compiling.getAsDouble() < STILL_COMPILING;
      if (done.compareTo(atLeast) >= 0 && isCompiled && rate < best * STEADY) {
        return;
      }
      best = Math.max(best, rate);
    }
    System.err.println("Not warm after " + atMost + ": what follows is too low.");
  }
}
