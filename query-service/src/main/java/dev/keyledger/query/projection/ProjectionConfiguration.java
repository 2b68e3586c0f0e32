package dev.keyledger.query.projection;

import dev.keyledger.subscriber.kafka.KafkaSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ProjectionSettings.class, KafkaSettings.class})
class ProjectionConfiguration {
  @Bean
  KafkaAccess kafkaAccess(KafkaSettings settings) {
    return new KafkaAccess(settings);
  }

  @Bean
  Applier applier(DataSource database, Clock clock) {
    return new Applier(database, clock);
  }

  @Bean
  Generations generations(DataSource database) {
    return new Generations(database);
  }

  @Bean
  Rebuilds rebuilds(DataSource database, KafkaAccess kafka, Clock clock) {
    return new Rebuilds(database, kafka, clock);
  }

  @Bean
  HaltedOrganizations haltedOrganizations(
      DataSource database, Generations generations, Applier applier) {
    return new HaltedOrganizations(database, generations, applier);
  }

  @Bean
  ProjectionHealth projectionHealthIndicator(
      DataSource database, HaltedOrganizations halted, MeterRegistry meters, Clock clock) {
    return new ProjectionHealth(database, halted, meters, clock);
  }

  @Bean
  ProjectionSupervisor projectionSupervisor(
      DataSource database,
      Generations generations,
      Rebuilds rebuilds,
      HaltedOrganizations halted,
      Applier applier,
      KafkaAccess kafka,
      ProjectionSettings settings,
      ProjectionHealth health,
      Clock clock,
      MeterRegistry meters,
      List<WhenAppliedThen> listeners) {
    Counter events =
        Counter.builder("keyledger.projection.events")
            .description("Events applied to a generation of the views by this replica")
            .register(meters);
    return new ProjectionSupervisor(
        database,
        generations,
        rebuilds,
        halted,
        applier,
        (generation, applied) -> {
          events.increment(applied);
          listeners.forEach(WhenAppliedThen::applied);
        },
        kafka,
        settings,
        health,
        clock);
  }
}
