package dev.keyledger.delivery.subscription;

import static dev.keyledger.delivery.subscription.SubscriptionTable.at;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** What an operator has to hear of: numbers over all subscriptions, as they were seconds ago. */
@Component
final class WebhookMeters implements MeterBinder {
  private static final Duration SECRETS_COME_WITHIN = Duration.ofMinutes(1);

  /** It is tried again every minute where nobody else can sign either. */
  private static final Duration UNSIGNED_LATELY = Duration.ofMinutes(3);

  private final JdbcTemplate jdbc;
  private final Clock clock;
  private volatile double overdue;
  private volatile double withoutSecrets;
  private volatile double halted;
  private volatile double unreported;

  WebhookMeters(JdbcTemplate jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("keyledger.webhooks.overdue", () -> overdue)
        .description("Since when something is due that no replica has taken up")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("keyledger.webhooks.without.secrets", () -> withoutSecrets)
        .description("Subscriptions of which something is due whose secrets don't come or open")
        .register(registry);
    Gauge.builder("keyledger.webhooks.halted", () -> halted)
        .description("Organisations whose events can't be read on")
        .register(registry);
    Gauge.builder("keyledger.webhooks.unreported", () -> unreported)
        .description("Messages of keys' ends of which receipts aren't told yet what came")
        .register(registry);
  }

  @Scheduled(fixedDelayString = "PT10S", initialDelayString = "PT5S")
  void look() {
    try {
      Instant now = clock.instant();
      OffsetDateTime since =
          jdbc.queryForObject(
              "select min(greatest(due_at, rests_until)) from subscription s join secrets k using"
                  + " (organization, subscription) where due_at is not null and standing ="
                  + " 'active' and not gone and not polled and (holder is null or held_until < clock_timestamp()) and k.usable and k.position >="
                  + " s.secret_position and greatest(due_at, rests_until) <= ?",
              OffsetDateTime.class,
              at(now));
      overdue =
          since == null ? 0 : Math.max(0, Duration.between(since.toInstant(), now).toSeconds());
      withoutSecrets =
          count(
              "select count(*) from subscription s left join secrets k using (organization,"
                  + " subscription) where due_at <= ? and standing = 'active' and not gone and"
                  + " (k.position is null or k.position < s.secret_position or not k.usable) or"
                  + " unsigned_at >= ? and standing = 'active' and not gone",
              at(now.minus(SECRETS_COME_WITHIN)),
              at(now.minus(UNSIGNED_LATELY)));
      halted = count("select count(*) from progress where halted is not null");
      unreported =
          count(
              "select count(*) from message where ended is not null and told is distinct from"
                  + " (status || ' ' || tries::text)");
    } catch (DataAccessException e) {
      overdue = Double.NaN;
      withoutSecrets = Double.NaN;
      halted = Double.NaN;
      unreported = Double.NaN;
    }
  }

  private double count(String sql, Object... arguments) {
    Long found = jdbc.queryForObject(sql, Long.class, arguments);
    return found == null ? 0 : found;
  }
}
