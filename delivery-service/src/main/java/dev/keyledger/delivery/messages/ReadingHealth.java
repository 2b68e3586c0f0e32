package dev.keyledger.delivery.messages;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether webhooks hear of what happens. Feeds are served without; so it is {@code DEGRADED} at
 * most.
 */
@Component
final class ReadingHealth implements HealthIndicator, MeterBinder {
  private final Readings readings;

  ReadingHealth(Readings readings) {
    this.readings = readings;
  }

  @Override
  public Health health() {
    return readings.standing() == 0 ? Health.up().build() : Health.status("DEGRADED").build();
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("keyledger.webhooks.topics.standing", readings, Readings::standing)
        .description("Topics of the three that aren't read on just now")
        .register(registry);
  }
}
