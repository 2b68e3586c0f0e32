package dev.keyledger.query.check;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param share of its time that a pass works, 0.01 to 1; the rest it rests, so that others have
 *     processor, disk and brokers for themselves: a fifth of that while views are built anew. A
 *     pass that was asked for doesn't rest
 * @param interval between two passes, a second to a day
 */
@ConfigurationProperties("keyledger.log.check")
record CheckSettings(@DefaultValue("0.25") double share, @DefaultValue("1m") Duration interval) {
  private static final double LEAST = 0.01;

  /** The views that it compares are about to be replaced, and whoever asked for that waits. */
  private static final double WHILE_REBUILDING = 0.2;

  private static final long LONGEST_REST_MILLIS = 5_000;
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(1);

  CheckSettings {
    if (!(share >= LEAST && share <= 1)) {
      throw new IllegalArgumentException("keyledger.log.check.share: 0.01 to 1");
    }
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("keyledger.log.check.interval: one second to one day");
    }
  }

  /**
   * @param rebuilding whether views are built anew meanwhile
   * @param workedNanos since it rested last
   * @return for how long it rests now
   */
  long restMillis(boolean rebuilding, long workedNanos) {
    double works = rebuilding ? share * WHILE_REBUILDING : share;
    return Math.min(LONGEST_REST_MILLIS, (long) (workedNanos / 1e6 * (1 / works - 1)));
  }
}
