package dev.keyledger.delivery.subscription;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param window messages of one subscription that are under way at once, 1 to 16
 * @param couriers subscriptions that this replica sends to at once, 1 to 10,000; by default one per
 *     512 KB of heap
 * @param lease for how long a subscription is left to the replica that sends to it, if that is not
 *     heard of any more; 2 s to 5 min
 * @param interval between two looks for what is due, which news brings forward; 10 ms to 1 min
 * @param retryFor how long after its event's arrival a message is tried, 1 h to 7 days; then it is
 *     dead
 * @param attemptsRetention how long messages are known after they were delivered or died, 1 to 400
 *     days
 * @param bodiesRetention how long what was delivered can be sent again, at most as long; not
 *     negative
 */
@ConfigurationProperties("keyledger.webhooks")
public record WebhookSettings(
    @DefaultValue("4") int window,
    @Nullable Integer couriers,
    @DefaultValue("PT30S") Duration lease,
    @DefaultValue("PT0.5S") Duration interval,
    @DefaultValue("P3D") Duration retryFor,
    @DefaultValue("P30D") Duration attemptsRetention,
    @DefaultValue("P7D") Duration bodiesRetention) {

  private static final int MOST_COURIERS = 10_000;
  private static final int HEAP_PER_COURIER = 512 * 1024;

  public WebhookSettings {
    require(window >= 1 && window <= 16, "window is 1 to 16");
    require(
        couriers == null || (couriers >= 1 && couriers <= MOST_COURIERS), "couriers is 1 to 10000");
    require(isWithin(lease, Duration.ofSeconds(2), Duration.ofMinutes(5)), "lease is 2 s to 5 min");
    require(
        isWithin(interval, Duration.ofMillis(10), Duration.ofMinutes(1)),
        "interval is 10 ms to 1 min");
    require(isWithin(retryFor, Duration.ofHours(1), Duration.ofDays(7)), "retry-for is 1 h to 7 d");
    require(
        isWithin(attemptsRetention, Duration.ofDays(1), Duration.ofDays(400)),
        "attempts-retention is 1 to 400 days");
    require(
        isWithin(bodiesRetention, Duration.ZERO, attemptsRetention),
        "bodies-retention is at most attempts-retention");
  }

  /** Before that, what happens is not sent by itself. */
  public Instant triedSince(Instant now) {
    return now.minus(retryFor);
  }

  /** What happened before can't be sent again, nor is it tried any more. */
  public Instant bodiesSince(Instant now) {
    return now.minus(longer(bodiesRetention, retryFor));
  }

  /** What happened before isn't known any more, nor is it tried. */
  public Instant knownSince(Instant now) {
    return now.minus(longer(attemptsRetention, retryFor));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** How many subscriptions are sent to at once. */
  public int couriersAtOnce() {
    long heap = Runtime.getRuntime().maxMemory();
    return couriers != null ? couriers : (int) Math.min(MOST_COURIERS, heap / HEAP_PER_COURIER);
  }

  private static boolean isWithin(Duration value, Duration least, Duration most) {
    return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("keyledger.webhooks: " + rule);
    }
  }
}
