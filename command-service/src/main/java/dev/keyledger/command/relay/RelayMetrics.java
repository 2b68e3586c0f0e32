package dev.keyledger.command.relay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** What the relay counts; its state and its lag are gauges of {@link RelayLag}. */
@Component
final class RelayMetrics {
  private final Counter terms;
  private final Counter failures;
  private final Counter batches;
  private final Counter events;
  private final Timer batchTime;

  RelayMetrics(MeterRegistry registry) {
    terms = registry.counter("keyledger.relay.terms");
    failures = registry.counter("keyledger.relay.failures");
    batches = registry.counter("keyledger.relay.batches");
    events = registry.counter("keyledger.relay.events");
    batchTime =
        Timer.builder("keyledger.relay.batch.time")
            .description("From the look at the ledger to the end of Kafka's transaction")
            .publishPercentileHistogram()
            .maximumExpectedValue(Duration.ofSeconds(10))
            .register(registry);
  }

  void began() {
    terms.increment();
  }

  void failed() {
    failures.increment();
  }

  void relayed(int count, long nanos) {
    batches.increment();
    events.increment(count);
    batchTime.record(Duration.ofNanos(nanos));
  }
}
