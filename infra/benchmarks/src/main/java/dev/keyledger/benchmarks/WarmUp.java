package dev.keyledger.benchmarks;

import java.time.Duration;
import java.util.function.LongToDoubleFunction;

/**
 * Load before anything counts: for a while, and then until a service is as fast as it will be. How
 * long its compiler takes depends on what else the machine does.
 *
 * @param part of the load whose rate is compared with that of the one before
 */
record WarmUp(Duration atLeast, Duration atMost, Duration part) {
  private static final double STEADY = 1.05;

  static WarmUp of(Settings settings) {
    return settings.quick()
        ? new WarmUp(settings.warmUp(), settings.warmUp(), settings.warmUp().dividedBy(3))
        : new WarmUp(settings.warmUp(), settings.warmUp().multipliedBy(4), Duration.ofSeconds(5));
  }

  /**
   * @param load for so many milliseconds, and at which rate
   */
  void run(LongToDoubleFunction load) {
    double best = 0;
    for (Duration done = part; done.compareTo(atMost) <= 0; done = done.plus(part)) {
      double rate = load.applyAsDouble(part.toMillis());
      if (done.compareTo(atLeast) >= 0 && rate < best * STEADY) {
        return;
      }
      best = Math.max(best, rate);
    }
  }
}
