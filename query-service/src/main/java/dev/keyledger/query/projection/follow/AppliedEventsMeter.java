package dev.keyledger.query.projection.follow;

import dev.keyledger.query.versions.AppliedListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

@Component
final class AppliedEventsMeter implements AppliedListener {
  private final Counter events;

  AppliedEventsMeter(MeterRegistry meters) {
    events =
        Counter.builder("keyledger.projection.events")
            .description("Events applied to a version of the views by this replica")
            .register(meters);
  }

  @Override
  public void applied(int count) {
    events.increment(count);
  }
}
