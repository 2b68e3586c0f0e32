package dev.keyledger.kit.revocations;

import dev.keyledger.client.Authenticator;
import dev.keyledger.client.revocations.Revocations;
import dev.keyledger.client.spring.KeyledgerClientAutoConfiguration;
import dev.keyledger.client.spring.RevocationsHealthAutoConfiguration;
import dev.keyledger.kit.kafka.AcknowledgedRecords;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.RecordSealsAutoConfiguration;
import dev.keyledger.kit.people.TokenServiceClient;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The platform's own services hear of revocations over Kafka. {@code keyledger.revocations=none}:
 * not at all, and token-service is asked about every token.
 */
@AutoConfiguration(
    after = RecordSealsAutoConfiguration.class,
    before = {KeyledgerClientAutoConfiguration.class, RevocationsHealthAutoConfiguration.class})
@ConditionalOnClass(Consumer.class)
@ConditionalOnMissingBean({Authenticator.class, Revocations.class})
@ConditionalOnBooleanProperty(name = "keyledger.client.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "keyledger.revocations", havingValue = "kafka", matchIfMissing = true)
@EnableConfigurationProperties({
  KafkaSettings.class,
  KafkaRevocationsAutoConfiguration.Settings.class
})
public class KafkaRevocationsAutoConfiguration {
  /**
   * @param maxStaleness how old the view may be by which a token is accepted
   * @param client the part of the client's settings that says how far back revocations are read
   */
  @ConfigurationProperties("keyledger")
  record Settings(@DefaultValue("PT2S") Duration maxStaleness, @DefaultValue Client client) {
    record Client(@DefaultValue("PT24H") Duration longestTokenLifetime) {}
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  KafkaRevocations revocations(
      Settings settings,
      KafkaSettings kafka,
      Clock clock,
      ObjectProvider<RecordSeals> seals,
      ObjectProvider<TokenServiceClient> tokenService) {
    TokenServiceClient client = tokenService.getIfAvailable();
    return new KafkaRevocations(
        kafka,
        seals.getIfAvailable(),
        settings.client().longestTokenLifetime(),
        settings.maxStaleness(),
        clock,
        System::nanoTime,
        client == null ? AcknowledgedRecords.NONE : new TokenServiceAcknowledgements(client),
        client == null ? null : new TokenServiceVouches(client),
        null);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterBinder.class)
  static class Meters {
    @Bean
    MeterBinder revocationMeters(KafkaRevocations revocations) {
      return new RevocationMeters(revocations);
    }
  }
}
