package dev.keyledger.command.people;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.keyledger.client.Caller;
import dev.keyledger.client.SessionCheck;
import dev.keyledger.client.spring.OwnCredential;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.sessions.TokenServiceSessions;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PeopleConfiguration {
  @Bean
  TokenServiceClient tokenService(
      @Value("${keyledger.token-service.url}") URI url, OwnCredential credential) {
    return new TokenServiceClient(url, credential);
  }

  /** Membership, role and address are the aggregate's to decide, at every command. */
  @Bean
  SessionCheck sessionCheck(TokenServiceClient tokenService) {
    return new TokenServiceSessions(tokenService, Set.of(Caller.Kind.MEMBER, Caller.Kind.OPERATOR));
  }

  @Bean
  PeopleClient people(
      TokenServiceClient tokenService, SecureRandom secureRandom, MeterRegistry meters) {
    var keys = new PeopleKeys(tokenService, meters, Ticker.systemTicker(), PeopleKeys.TO_SEAL);
    return new PeopleClient(tokenService, keys, secureRandom, meters);
  }

  @Bean
  KeyUses keyUses(TokenServiceClient tokenService) {
    return new KeyUses(tokenService);
  }

  @Bean
  KeysOfSecrets keysOfSecrets(TokenServiceClient tokenService) {
    return new KeysOfSecrets(tokenService);
  }
}
