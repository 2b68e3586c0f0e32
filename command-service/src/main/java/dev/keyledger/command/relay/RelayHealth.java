package dev.keyledger.command.relay;

import java.util.Locale;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Down where the relay has stopped for good: an alarm, since nothing is published behind it. */
@Component("relayHealthIndicator")
final class RelayHealth implements HealthIndicator {
  private final Relay relay;

  RelayHealth(Relay relay) {
    this.relay = relay;
  }

  @Override
  public Health health() {
    String reason = relay.reason();
    Health.Builder health = reason == null ? Health.up() : Health.down();
    health.withDetail("status", relay.phase().name().toLowerCase(Locale.ROOT));
    if (reason != null) {
      health.withDetail("reason", reason);
    }
    return health.build();
  }
}
