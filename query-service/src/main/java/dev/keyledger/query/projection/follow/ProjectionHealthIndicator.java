package dev.keyledger.query.projection.follow;

import dev.keyledger.query.database.Transactions;
import dev.keyledger.query.kafka.LedgerTopic;
import dev.keyledger.query.projection.apply.ParkedOrganizations;
import dev.keyledger.query.versions.Offsets;
import dev.keyledger.query.versions.Offsets.PartitionProgress;
import dev.keyledger.query.versions.ViewLag;
import dev.keyledger.query.versions.ViewVersion;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/**
 * How far the views are behind the topic and which organisations are parked: the same on every
 * replica, since both are read from PostgreSQL and Kafka. A parked organisation is an alarm and no
 * reason to stop serving the others. Down where the views can't go on, since the topic has
 * forgotten what comes next; degraded while there is no topic, or one that lacks what was applied
 * from another before it: nobody can say then how far they are behind.
 */
@Component
final class ProjectionHealthIndicator implements HealthIndicator {
  private static final Status DEGRADED = new Status("DEGRADED");

  /** What became of the topic, as health says it. */
  private enum TopicState {
    HEARD("heard"),
    SILENT("silent"),
    MISSING("topic_missing"),
    SHORT("topic_short"),
    LOST_EVENTS("topic_lost_events");

    private final String text;

    TopicState(String text) {
      this.text = text;
    }
  }

  /**
   * @param records of the topic that the views don't reflect
   * @param unseen events that the views reflect and the topic doesn't hold (again)
   * @param lost partitions that forgot what comes next
   */
  private record Seen(TopicState topic, long records, long unseen, long lost) {}

  private final Transactions transactions;
  private final ParkedOrganizations parked;
  private final Clock clock;
  private final Map<Integer, Instant> levelAt = new ConcurrentHashMap<>();

  /** Of what was applied last, in the partitions that are not level. */
  private final Map<Integer, Instant> appliedUpTo = new ConcurrentHashMap<>();

  private volatile @Nullable ViewVersion version;
  private volatile Seen seen = new Seen(TopicState.SILENT, 0, 0, 0);
  private volatile long haltedOrganizations;
  private volatile boolean failing;

  ProjectionHealthIndicator(
      Transactions transactions,
      ParkedOrganizations parked,
      MeterRegistry meters,
      ViewLag lag,
      Clock clock) {
    this.transactions = transactions;
    this.parked = parked;
    this.clock = clock;
    lag.toldBy(this::behind);
    Gauge.builder("keyledger.projection.halted.organizations", () -> haltedOrganizations)
        .description("Organisations whose views stopped at a gap or an event they can't apply")
        .register(meters);
    Gauge.builder("keyledger.projection.lag.events", () -> seen.records())
        .description("Records of the ledger's topic that the views don't reflect yet")
        .register(meters);
    Gauge.builder("keyledger.projection.lag", this::lagSeconds)
        .baseUnit("seconds")
        .description("Age of what the views reflect where they are behind, or may be")
        .register(meters);
    Gauge.builder("keyledger.projection.lost.partitions", () -> seen.lost())
        .description("Partitions of the ledger's topic that forgot what the views had yet to read")
        .register(meters);
    Gauge.builder("keyledger.projection.topic.missing.events", () -> seen.unseen())
        .description("Events that the views reflect and the ledger's topic doesn't hold (again)")
        .register(meters);
  }

  /**
   * @param topic empty where Kafka has none
   */
  void observe(ViewVersion live, Optional<LedgerTopic> topic) {
    Map<Integer, PartitionProgress> progress =
        transactions.run(connection -> Offsets.read(connection, live));
    Instant now = clock.instant();
    topic.ifPresentOrElse(
        found -> observe(progress, found, now),
        () -> {
          progress.forEach((partition, one) -> isBehind(partition, one, now));
          seen = new Seen(TopicState.MISSING, 0, seen.unseen(), 0);
        });
    haltedOrganizations = parked.count(live);
    failing = false;
    version = live;
  }

  private void observe(Map<Integer, PartitionProgress> progress, LedgerTopic topic, Instant now) {
    long records = 0;
    long unseen = 0;
    long lost = 0;
    boolean lacking = false;
    for (var one : progress.entrySet()) {
      PartitionProgress own = one.getValue();
      long end = topic.ends().getOrDefault(one.getKey(), 0L);
      long next = own.nextIn(topic.id());
      // Behind the end there is nothing: all of the topic is yet to be read.
      boolean behindTheEnd = next > end;
      long behind = behindTheEnd ? end : end - next;
      long ownUnseen = own.unseenIn(topic.id());
      boolean lacks = behindTheEnd || ownUnseen > 0;
      if (behind == 0 && !lacks) {
        levelAt.put(one.getKey(), now);
        appliedUpTo.remove(one.getKey());
      } else {
        isBehind(one.getKey(), own, now);
      }
      records += behind;
      unseen += ownUnseen;
      lacking |= lacks;
      lost += own.lostSince() == null ? 0 : 1;
    }
    TopicState state =
        lost > 0 ? TopicState.LOST_EVENTS : lacking ? TopicState.SHORT : TopicState.HEARD;
    seen = new Seen(state, records, unseen, lost);
  }

  // What is missing came after the last that was applied, and after the last time that nothing was
  // missing.
  private void isBehind(int partition, PartitionProgress progress, Instant now) {
    Instant since = levelAt.computeIfAbsent(partition, p -> now);
    Instant applied = progress.recordAt();
    appliedUpTo.put(partition, applied != null && applied.isAfter(since) ? applied : since);
  }

  private double lagSeconds() {
    Instant now = clock.instant();
    return appliedUpTo.values().stream()
            .mapToLong(since -> Math.max(0, Duration.between(since, now).toMillis()))
            .max()
            .orElse(0)
        / 1_000.0;
  }

  /**
   * Since when something may be missing, at the most: where nothing is known to be, the last look
   * at the topic's end.
   */
  private Optional<Duration> behind() {
    Instant now = clock.instant();
    return levelAt.entrySet().stream()
        .map(level -> appliedUpTo.getOrDefault(level.getKey(), level.getValue()))
        .min(Comparator.naturalOrder())
        .map(since -> since.isAfter(now) ? Duration.ZERO : Duration.between(since, now));
  }

  /** Nothing is known of what the topic holds by now. */
  void silent() {
    levelAt.forEach(appliedUpTo::putIfAbsent);
    Seen before = seen;
    seen = new Seen(TopicState.SILENT, before.records(), before.unseen(), before.lost());
  }

  void failed() {
    failing = true;
  }

  /** Reads go on while Kafka is away: they say which position they reflect. */
  @Override
  public Health health() {
    ViewVersion known = version;
    Seen now = seen;
    var health =
        failing || now.lost() > 0
            ? Health.down()
            : switch (now.topic()) {
              case MISSING, SHORT -> Health.status(DEGRADED);
              case HEARD, SILENT, LOST_EVENTS -> Health.up();
            };
    if (known != null) {
      health.withDetail("generation", known.number());
    }
    return health
        .withDetail("kafka", now.topic().text)
        .withDetail("lag_events", now.records())
        .withDetail("lag_seconds", lagSeconds())
        .withDetail("lost_partitions", now.lost())
        .withDetail("topic_missing_events", now.unseen())
        .withDetail("halted_organizations", haltedOrganizations)
        .build();
  }
}
