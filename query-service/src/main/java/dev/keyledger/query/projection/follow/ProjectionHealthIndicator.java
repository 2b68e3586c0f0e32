package dev.keyledger.query.projection.follow;

import dev.keyledger.query.database.Transactions;
import dev.keyledger.query.projection.apply.ParkedOrganizations;
import dev.keyledger.query.versions.Offsets;
import dev.keyledger.query.versions.ViewVersion;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * How far the views are behind the topic and which organisations are parked: the same on every
 * replica, since both are read from PostgreSQL and Kafka. A parked organisation is an alarm and no
 * reason to stop serving the others.
 */
@Component
final class ProjectionHealthIndicator implements HealthIndicator {
  private record Lag(long events, double seconds) {}

  private final Transactions transactions;
  private final ParkedOrganizations parked;
  private final Clock clock;
  private final Map<Integer, Instant> levelAt = new HashMap<>();

  private volatile @Nullable ViewVersion version;
  private volatile Lag lag = new Lag(0, 0);
  private volatile long haltedOrganizations;
  private volatile boolean kafkaSilent;
  private volatile boolean failing;
  private volatile boolean outOfRange;

  ProjectionHealthIndicator(
      Transactions transactions, ParkedOrganizations parked, MeterRegistry meters, Clock clock) {
    this.transactions = transactions;
    this.parked = parked;
    this.clock = clock;
    Gauge.builder("keyledger.projection.halted.organizations", () -> haltedOrganizations)
        .description("Organisations whose views stopped at a gap or an event they can't apply")
        .register(meters);
    Gauge.builder("keyledger.projection.lag.events", () -> lag.events())
        .description("Records of the ledger's topic that the views don't reflect yet")
        .register(meters);
    Gauge.builder("keyledger.projection.lag", () -> lag.seconds())
        .baseUnit("seconds")
        .description("Age of what the views reflect where they are behind")
        .register(meters);
  }

  void observe(ViewVersion live, @Nullable Projection projection, Map<Integer, Long> ends) {
    Map<Integer, Offsets.PartitionProgress> progress =
        transactions.run(connection -> Offsets.read(connection, live));
    Instant now = clock.instant();
    long events = 0;
    Duration oldest = Duration.ZERO;
    for (var end : ends.entrySet()) {
      Offsets.PartitionProgress one = progress.get(end.getKey());
      long behind = Math.max(0, end.getValue() - (one == null ? 0 : one.nextOffset()));
      if (behind == 0) {
        levelAt.put(end.getKey(), now);
        continue;
      }
      events += behind;
      // What is missing came after the last that was applied, and after the last time that nothing
      // was missing.
      Instant since = levelAt.computeIfAbsent(end.getKey(), p -> now);
      if (one != null && one.recordAt() != null && one.recordAt().isAfter(since)) {
        since = one.recordAt();
      }
      Duration age = Duration.between(since, now);
      oldest = age.compareTo(oldest) > 0 ? age : oldest;
    }
    lag = new Lag(events, oldest.toMillis() / 1_000.0);
    haltedOrganizations = parked.count(live);
    outOfRange = projection != null && projection.isOutOfRange();
    kafkaSilent = false;
    failing = false;
    version = live;
  }

  void silent() {
    kafkaSilent = true;
  }

  void failed() {
    failing = true;
  }

  /** Reads go on while Kafka is away: they say which position they reflect. */
  @Override
  public Health health() {
    ViewVersion known = version;
    boolean down = failing || outOfRange;
    var health = down ? Health.down() : Health.up();
    if (known != null) {
      health.withDetail("generation", known.number());
    }
    return health
        .withDetail("kafka", outOfRange ? "topic_lost_events" : kafkaSilent ? "silent" : "heard")
        .withDetail("lag_events", lag.events())
        .withDetail("lag_seconds", lag.seconds())
        .withDetail("halted_organizations", haltedOrganizations)
        .build();
  }
}
