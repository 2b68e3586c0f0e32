package dev.keyledger.query.usage;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether uses are counted. Reads that show them go on: what waits on the topic comes later. */
@Component
final class UsageHealthIndicator implements HealthIndicator {
  private final UsageConsumer consumer;

  UsageHealthIndicator(UsageConsumer consumer) {
    this.consumer = consumer;
  }

  @Override
  public Health health() {
    return (consumer.isStoring() ? Health.up() : Health.down()).build();
  }
}
