package dev.keyledger.query.activity;

import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param activityRetention how long sign-ins, sessions and refusals are shown and kept, 1 to 3,650
 *     days; older months are dropped
 */
@ConfigurationProperties("keyledger.history")
public record HistorySettings(@DefaultValue("400d") Duration activityRetention) {
  private static final Duration SHORTEST = Duration.ofDays(1);
  private static final Duration LONGEST = Duration.ofDays(3_650);

  public HistorySettings {
    if (activityRetention.compareTo(SHORTEST) < 0 || activityRetention.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "keyledger.history: activity-retention is 1 to 3650 days, for example 400d");
    }
  }

  /** The first instant whose activity is kept. */
  public Instant keptSince(Instant now) {
    return now.minus(activityRetention);
  }
}
