package dev.keyledger.query.people;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.keyledger.client.spring.OwnCredential;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.TokenServiceClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PeopleConfiguration {
  @Bean
  PeopleKeys peopleKeys(
      @Value("${keyledger.token-service.url}") URI tokenService,
      OwnCredential credential,
      MeterRegistry meters) {
    return new PeopleKeys(
        new TokenServiceClient(tokenService, credential), meters, Ticker.systemTicker());
  }
}
