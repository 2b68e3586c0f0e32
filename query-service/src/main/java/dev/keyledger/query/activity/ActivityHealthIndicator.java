package dev.keyledger.query.activity;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether activity is stored. Reads that show it go on: what waits on the topic comes later. */
@Component
final class ActivityHealthIndicator implements HealthIndicator {
  private final ActivityConsumer consumer;

  ActivityHealthIndicator(ActivityConsumer consumer) {
    this.consumer = consumer;
  }

  @Override
  public Health health() {
    return (consumer.isStoring() ? Health.up() : Health.down()).build();
  }
}
