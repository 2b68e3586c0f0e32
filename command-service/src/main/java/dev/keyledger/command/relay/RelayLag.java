package dev.keyledger.command.relay;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;

/**
 * How far behind the ledger the topics are, as every replica sees it, so that it also shows when no
 * relay leads.
 */
final class RelayLag {
  private final LedgerLog ledger;
  private final PublishedTokens tokens;
  private final LongSupplier nanoTime;
  private volatile long events;
  private volatile boolean behind;
  private volatile long caughtUpAt;

  RelayLag(
      LedgerLog ledger,
      PublishedTokens tokens,
      Relay relay,
      LongSupplier nanoTime,
      MeterRegistry registry) {
    this.ledger = ledger;
    this.tokens = tokens;
    this.nanoTime = nanoTime;
    this.caughtUpAt = nanoTime.getAsLong();
    Gauge.builder("keyledger.relay.lag.events", this, lag -> lag.events)
        .description("Committed events that are not known to be published, at most")
        .register(registry);
    Gauge.builder("keyledger.relay.lag", this, RelayLag::seconds)
        .baseUnit("seconds")
        .description("For how long the topics have been behind the ledger")
        .register(registry);
    Gauge.builder("keyledger.relay.leader", relay, r -> is(r, Relay.Phase.LEADING))
        .description("1 at the replica that leads")
        .register(registry);
    Gauge.builder("keyledger.relay.held", tokens, t -> t.newest().unpublishable().size())
        .description("Organisations that cannot be published; 0 is as it should be")
        .register(registry);
    Gauge.builder("keyledger.relay.gaps", tokens, t -> t.newest().gaps().size())
        .description("Indexes of the ledger that a transaction may still commit, at most")
        .register(registry);
    Gauge.builder("keyledger.relay.stopped", relay, r -> is(r, Relay.Phase.STOPPED))
        .description("1 where the relay met something that it cannot publish")
        .register(registry);
  }

  /**
   * Compares once; an event that was committed since the last comparison may still be on its way.
   */
  void sample() {
    long asked = nanoTime.getAsLong();
    long head = ledger.head();
    long lag = Math.max(0, head - tokens.newest().index());
    events = lag;
    behind = lag > 0;
    if (lag == 0) {
      caughtUpAt = asked;
    }
  }

  /** Committed events that are not known to be published, at most, as of the last sample. */
  long events() {
    return events;
  }

  double seconds() {
    return behind ? (nanoTime.getAsLong() - caughtUpAt) / 1e9 : 0;
  }

  private static double is(Relay relay, Relay.Phase phase) {
    return relay.phase() == phase ? 1 : 0;
  }
}
