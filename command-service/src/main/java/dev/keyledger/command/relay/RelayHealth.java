package dev.keyledger.command.relay;

import java.util.Locale;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Down where the relay has stopped for good: an alarm, since nothing is published behind it. */
final class RelayHealth implements HealthIndicator {
  private final Relay relay;

  RelayHealth(Relay relay) {
    this.relay = relay;
  }

  @Override
  public Health health() {
    String reason = relay.reason();
    Health.Builder health = reason == null ? Health.up() : Health.down();
    health.withDetail("status", relay.status().name().toLowerCase(Locale.ROOT));
    if (reason != null) {
      health.withDetail("reason", reason);
    }
    return health.build();
  }
}
