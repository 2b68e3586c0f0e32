package dev.keyledger.command.relay;

import java.util.Locale;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/**
 * Down where the relay has stopped for good, since nothing is published behind it. Degraded while
 * an organisation is held, or a topic that Kafka had lost is filled: others are served as before,
 * so readiness says it and stays.
 */
@Component("relayHealthIndicator")
final class RelayHealth implements HealthIndicator {
  private static final Status DEGRADED = new Status("DEGRADED");

  private final Relay relay;
  private final PublishedTokens tokens;

  RelayHealth(Relay relay, PublishedTokens tokens) {
    this.relay = relay;
    this.tokens = tokens;
  }

  @Override
  public Health health() {
    String reason = relay.reason();
    RelayToken newest = tokens.newest();
    int held = newest.unpublishable().size();
    boolean filling = newest.filling() != null;
    Health.Builder health =
        reason != null
            ? Health.down()
            : held > 0 || filling ? Health.status(DEGRADED) : Health.up();
    health.withDetail("held_organizations", held);
    health.withDetail("filling", filling);
    health.withDetail("status", relay.phase().name().toLowerCase(Locale.ROOT));
    if (reason != null) {
      health.withDetail("reason", reason);
    }
    return health.build();
  }
}
