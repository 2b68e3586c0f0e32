package dev.keyledger.delivery.events;

import dev.keyledger.delivery.DeliverySettings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class EventsConfiguration {
  @Bean
  EventTail eventTail(DeliverySettings settings) {
    return new EventTail(settings.eventMemory());
  }

  @Bean
  MeterBinder eventMeters(EventTail tail) {
    return registry ->
        Gauge.builder("keyledger.events.held", tail, EventTail::size)
            .baseUnit("bytes")
            .description("What the newest events take in memory, about")
            .register(registry);
  }
}
