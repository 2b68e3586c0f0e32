package dev.keyledger.command.denied;

import dev.keyledger.command.ledger.Slugs;
import dev.keyledger.kit.counts.CountsPublisher;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DeniedCommandConfiguration {
  /**
   * @param interval between two tellings of one caller, code and target
   */
  @Bean
  CountsPublisher deniedCommandPublisher(
      DeniedCommands denied,
      Slugs organizations,
      Clock clock,
      KafkaSettings kafka,
      RecordSeals seals,
      @Value("${keyledger.denied-commands.interval:PT1M}") Duration interval) {
    var records = new DeniedCommandRecords(denied, organizations::named, clock);
    var publisher =
        new CountsPublisher("denied-commands", seals.producer(CountsPublisher.producerOf(kafka)))
            .with(records::takeInsiders, records::of)
            .with(records::takeOutsiders, records::of);
    publisher.publishEvery(interval);
    return publisher;
  }
}
