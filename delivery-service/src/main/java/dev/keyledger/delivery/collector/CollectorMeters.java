package dev.keyledger.delivery.collector;

import dev.keyledger.delivery.sending.Answer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** What came of batches, and what an operator has to hear of, over all collectors. */
@Component
final class CollectorMeters {
  private static final int FAILING = 5;

  private final MeterRegistry meters;
  private final TurnTable table;
  private final Clock clock;
  private volatile double overdue;
  private volatile double failing;

  CollectorMeters(MeterRegistry meters, TurnTable table, Clock clock) {
    this.meters = meters;
    this.table = table;
    this.clock = clock;
    Gauge.builder("keyledger.collectors.overdue", () -> overdue)
        .description("Since when a collector is due that no replica has taken up")
        .baseUnit("seconds")
        .register(meters);
    Gauge.builder("keyledger.collectors.failing", () -> failing)
        .description("Collectors that took nothing five times in a row")
        .register(meters);
  }

  void taken(int events) {
    meters.counter("keyledger.collectors.events").increment(events);
  }

  void count(Answer answer) {
    meters.counter("keyledger.collectors.batches", "result", resultOf(answer)).increment();
  }

  private static String resultOf(Answer answer) {
    return switch (answer) {
      case Answer.None none -> none.failure().code();
      case Answer.Status one when one.isDelivered() -> "taken";
      case Answer.Status one when one.status() / 100 == 2 -> "refused";
      case Answer.Status one -> "status_" + one.status() / 100 + "xx";
    };
  }

  @Scheduled(fixedDelayString = "PT10S", initialDelayString = "PT5S")
  void look() {
    try {
      Instant now = clock.instant();
      Instant since = table.overdueSince(now);
      overdue = since == null ? 0 : Math.max(0, Duration.between(since, now).toSeconds());
      failing = table.failing(FAILING);
    } catch (DataAccessException e) {
      overdue = Double.NaN;
      failing = Double.NaN;
    }
  }
}
