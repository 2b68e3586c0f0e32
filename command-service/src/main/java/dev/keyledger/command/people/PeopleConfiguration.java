package dev.keyledger.command.people;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.keyledger.client.spring.OwnCredential;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.TokenServiceClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.security.SecureRandom;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PeopleConfiguration {
  @Bean
  PeopleClient people(
      @Value("${keyledger.token-service.url}") URI tokenServiceUrl,
      OwnCredential credential,
      SecureRandom secureRandom,
      MeterRegistry meters) {
    var tokenService = new TokenServiceClient(tokenServiceUrl, credential);
    var keys = new PeopleKeys(tokenService, meters, Ticker.systemTicker());
    return new PeopleClient(tokenService, keys, secureRandom, meters);
  }
}
