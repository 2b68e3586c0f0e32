package dev.keyledger.kit.database;

import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.dao.DataAccessException;

/**
 * Out of service while this process's clock and the database's differ by more than the tolerance:
 * what the process dates, and takes for expired, would be wrong.
 */
final class ClockHealth implements HealthIndicator {
  private final AgreedClock clock;
  private final Duration tolerance;

  /**
   * @param tolerance above zero
   */
  ClockHealth(AgreedClock clock, Duration tolerance) {
    if (tolerance.isNegative() || tolerance.isZero()) {
      throw new IllegalArgumentException("keyledger.clock-tolerance is above zero");
    }
    this.clock = clock;
    this.tolerance = tolerance;
  }

  @Override
  public Health health() {
    try {
      Duration ahead = clock.ahead();
      Health.Builder health =
          ahead.abs().compareTo(tolerance) > 0 ? Health.outOfService() : Health.up();
      return health.withDetail("ahead_of_database_ms", ahead.toMillis()).build();
    } catch (DataAccessException e) {
      // That the database is away is another indicator's word.
      return Health.unknown().build();
    }
  }
}
