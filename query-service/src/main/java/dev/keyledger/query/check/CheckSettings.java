package dev.keyledger.query.check;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param share of its time that a pass works, 0.01 to 1; the rest it rests, so that others have
 *     processor, disk and brokers for themselves. A pass that was asked for doesn't rest
 * @param interval between two passes, a second to a day
 */
@ConfigurationProperties("keyledger.log.check")
record CheckSettings(@DefaultValue("0.25") double share, @DefaultValue("1m") Duration interval) {
  private static final double LEAST = 0.01;
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
}
