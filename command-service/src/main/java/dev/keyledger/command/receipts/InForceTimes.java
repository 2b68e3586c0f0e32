package dev.keyledger.command.receipts;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How long it takes from a key's end, as it was decided, until that is in force everywhere. */
@Component
public final class InForceTimes {
  private static final Duration SHOWN = Duration.ofHours(1);
  private static final int NEWEST = 10_000;

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Timer timer;

  /**
   * @param count of the ends of the last hour, the newest 10,000 at most, that are in force
   * @param pending those of them that are not
   * @param p50Ms milliseconds within which half of them were; {@code null} where there are none
   */
  public record Took(
      int count, int pending, @Nullable BigDecimal p50Ms, @Nullable BigDecimal p99Ms) {}

  InForceTimes(JdbcClient jdbc, Clock clock, MeterRegistry registry) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.timer =
        Timer.builder("keyledger.receipts.in_force")
            .description("From the decision that ended a key to its being in force everywhere")
            .publishPercentileHistogram()
            .maximumExpectedValue(Duration.ofSeconds(120))
            .register(registry);
  }

  void add(Instant decidedAt, Instant inForceAt) {
    // The clocks of two replicas may be apart.
    Duration took = Duration.between(decidedAt, inForceAt);
    timer.record(took.isNegative() ? Duration.ZERO : took);
  }

  /** Whichever replica decided them and saw them come into force. */
  public Took ofTheLastHour() {
    return jdbc.sql(
            """
            SELECT count(took), count(*) - count(took),
              percentile_disc(0.5) WITHIN GROUP (ORDER BY took),
              percentile_disc(0.99) WITHIN GROUP (ORDER BY took)
            FROM (
              SELECT CASE WHEN in_force_at IS NOT NULL
                  THEN round(1000 * greatest(0, extract(epoch FROM in_force_at - decided_at)), 3) END AS took
              FROM key_receipt WHERE decided_at > ?
              ORDER BY decided_at DESC LIMIT ?) newest
            """)
        .params(Timestamp.from(clock.instant().minus(SHOWN)), NEWEST)
        .query((row, n) ->
            new Took(row.getInt(1), row.getInt(2), row.getBigDecimal(3), row.getBigDecimal(4)))
        .single();
  }
}
