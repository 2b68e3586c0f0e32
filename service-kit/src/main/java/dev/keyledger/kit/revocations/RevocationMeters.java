package dev.keyledger.kit.revocations;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Whether what is read of revocations can be relied on. */
public record RevocationMeters(KafkaRevocations revocations) implements MeterBinder {
  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder(
            "keyledger.revocations.unreadable.records",
            revocations,
            KafkaRevocations::unreadableRecords)
        .description("An alarm above 0: token-service is asked about tokens that one may concern")
        .register(registry);
    Gauge.builder(
            "keyledger.revocations.vouched", revocations, known -> known.isVouchedFor() ? 1 : 0)
        .description("An alarm at 0: token-service is asked about every token")
        .register(registry);
  }
}
