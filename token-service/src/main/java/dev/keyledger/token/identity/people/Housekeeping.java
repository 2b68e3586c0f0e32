package dev.keyledger.token.identity.people;

import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.database.Batches;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Forgets old failures and networks that nobody comes from any more, and brings data keys under the
 * server key that is current.
 */
@Component
final class Housekeeping implements MeterBinder {
  /** Longer than any rate's time. */
  private static final Duration RATES_KEPT = Duration.ofDays(2);

  private final Rewrapping rewrapping;
  private final LockOut lockOut;
  private final KnownNetworks networks;
  private final Rates rates;
  private final AgreedClock clock;

  Housekeeping(
      Rewrapping rewrapping,
      LockOut lockOut,
      KnownNetworks networks,
      Rates rates,
      AgreedClock clock) {
    this.rewrapping = rewrapping;
    this.lockOut = lockOut;
    this.networks = networks;
    this.rates = rates;
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("keyledger.people.unreadable", rewrapping, Rewrapping::unreadable)
        .description("people whose data key no server key here unwraps, as the last walk found")
        .register(registry);
  }

  @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1M")
  void sweepLockOuts() {
    Instant now = clock.instant();
    Batches.deleteAll(atMost -> lockOut.sweep(now, atMost));
  }

  @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1H")
  void sweepKnownNetworks() {
    Instant now = clock.instant();
    Batches.deleteAll(atMost -> networks.sweep(now, atMost));
  }

  @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1H")
  void sweepRates() {
    Instant now = clock.instant();
    Batches.deleteAll(atMost -> rates.sweep(now.minus(RATES_KEPT), atMost));
  }

  /** A step at a time, so that a walk over many people takes turns with everything else. */
  @Scheduled(initialDelayString = "PT10S", fixedDelayString = "PT1S")
  void rewrapDataKeys() {
    rewrapping.step();
  }
}
