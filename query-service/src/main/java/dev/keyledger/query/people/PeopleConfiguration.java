package dev.keyledger.query.people;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.keyledger.client.Caller;
import dev.keyledger.client.SessionCheck;
import dev.keyledger.client.spring.OwnCredential;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.sessions.TokenServiceSessions;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
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

  @Bean
  PeopleKeys peopleKeys(TokenServiceClient tokenService, MeterRegistry meters) {
    return new PeopleKeys(tokenService, meters, Ticker.systemTicker(), PeopleKeys.TO_OPEN);
  }

  @Bean
  AcceptedMembers acceptedMembers(TokenServiceClient tokenService) {
    return new AcceptedMembers(tokenService, Ticker.systemTicker());
  }

  @Bean
  KeyUsage keyUsage(TokenServiceClient tokenService) {
    return new KeyUsage(tokenService);
  }

  /**
   * An operator may see everything, whatever the views have heard. What a member may see can't be
   * told by a view that may lag behind their removal.
   */
  @Bean
  SessionCheck sessionCheck(TokenServiceClient tokenService) {
    return new TokenServiceSessions(tokenService, Set.of(Caller.Kind.OPERATOR));
  }
}
