package dev.keyledger.query.check;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/** History that was altered is an alarm, and no reason to stop serving. */
@Component
final class LogCheckHealthIndicator implements HealthIndicator {
  private final CheckRounds rounds;

  LogCheckHealthIndicator(CheckRounds rounds) {
    this.rounds = rounds;
  }

  @Override
  public Health health() {
    long found = rounds.found();
    return (found == 0 ? Health.up() : Health.status(new Status("DEGRADED")))
        .withDetail("findings", found)
        .build();
  }
}
