package dev.keyledger.kit.kafka;

import dev.keyledger.events.Topics;
import dev.keyledger.kit.keys.ServerKeysAutoConfiguration;
import dev.keyledger.kit.keys.ServerKeysFile;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Seals of records, for services that hold server keys. */
@AutoConfiguration(after = ServerKeysAutoConfiguration.class)
@ConditionalOnClass(KafkaProducer.class)
@ConditionalOnBean(ServerKeysFile.class)
public class RecordSealsAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  RecordSeals recordSeals(ServerKeysFile keys) {
    return new RecordSeals(keys);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterBinder.class)
  static class Meters {
    @Bean
    MeterBinder recordSealMeters(RecordSeals seals) {
      return registry -> {
        for (Topics.Spec topic : Topics.ALL) {
          FunctionCounter.builder(
                  "keyledger.records.unsealed", seals, s -> s.refusedOf(topic.name()))
              .tag("topic", topic.name())
              .description("Records that no writer of the platform's wrote: an alarm above 0")
              .register(registry);
        }
      };
    }
  }
}
