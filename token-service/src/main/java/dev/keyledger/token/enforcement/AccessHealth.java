package dev.keyledger.token.enforcement;

import dev.keyledger.token.enforcement.access.AccessFeed;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.HeapRoom;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/**
 * Out of service while this replica can't believe what it holds, or couldn't hold what there was at
 * its start. Degraded while its memory is nearly full: what it holds is served as before, so
 * readiness says it and stays.
 */
@Component("accessHealthIndicator")
final class AccessHealth implements HealthIndicator {
  private static final Status DEGRADED = new Status("DEGRADED");

  private final AccessFeed feed;
  private final AccessState state;

  AccessHealth(AccessFeed feed, AccessState state) {
    this.feed = feed;
    this.state = state;
  }

  @Override
  public Health health() {
    HeapRoom.Level level = state.room().look();
    Health.Builder health =
        !feed.isReady()
            ? Health.outOfService()
            : level != HeapRoom.Level.ENOUGH || state.leftOut() > 0
                ? Health.status(DEGRADED)
                : Health.up();
    return health
        .withDetail("keys", state.keyCount())
        .withDetail("organizations", state.organizationCount())
        .withDetail("unreadable_records", unreadable())
        .withDetail("memory", level.name().toLowerCase(Locale.ROOT))
        .withDetail("memory_taken_percent", Math.round(state.room().taken() * 100))
        .withDetail("left_out_records", state.leftOut())
        .build();
  }

  private List<String> unreadable() {
    return state.unreadable().stream().map(one -> one.record().place().shortName()).toList();
  }
}
