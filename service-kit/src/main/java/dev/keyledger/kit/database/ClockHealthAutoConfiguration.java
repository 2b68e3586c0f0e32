package dev.keyledger.kit.database;

import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** {@code keyledger.clock-tolerance}, five seconds by default, is what clocks may differ by. */
@AutoConfiguration(after = DatabaseAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnBean(AgreedClock.class)
public class ClockHealthAutoConfiguration {
  @Bean
  HealthIndicator clockHealthIndicator(
      AgreedClock clock, @Value("${keyledger.clock-tolerance:PT5S}") Duration tolerance) {
    return new ClockHealth(clock, tolerance);
  }
}
