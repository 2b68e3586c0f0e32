package dev.keyledger.kit.internal;

import dev.keyledger.client.spring.KeyledgerClientAutoConfiguration;
import dev.keyledger.client.spring.OwnCredential;
import dev.keyledger.kit.keys.ServerKeysAutoConfiguration;
import dev.keyledger.kit.keys.ServerKeysFile;
import java.time.Clock;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One of the platform's services shows another who it is by a token under their key. */
@AutoConfiguration(
    after = ServerKeysAutoConfiguration.class,
    before = KeyledgerClientAutoConfiguration.class)
@ConditionalOnBean(ServerKeysFile.class)
public class InternalCallsAutoConfiguration {
  /** Who tells what a credential is worth. */
  private static final String INTROSPECTS = "token-service";

  private static final String NAME = "${spring.application.name:}";

  @Bean
  @ConditionalOnMissingBean
  InternalTokens internalTokens(ServerKeysFile keys, Clock clock) {
    return new InternalTokens(keys, clock);
  }

  @Bean
  @ConditionalOnMissingBean
  InternalCallers internalCallers(InternalTokens tokens, @Value(NAME) String name) {
    return new InternalCallers(tokens, named(name));
  }

  @Bean
  @ConditionalOnMissingBean
  OwnCredential ownCredential(InternalTokens tokens, @Value(NAME) String name) {
    Optional<ServicePair> pair = ServicePair.of(named(name), INTROSPECTS);
    return () ->
        tokens.make(
            pair.orElseThrow(
                () -> new IllegalStateException(name + " doesn't call " + INTROSPECTS)));
  }

  private static String named(String name) {
    if (name.isBlank()) {
      throw new IllegalStateException("set spring.application.name: internal calls go by it");
    }
    return name;
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  static class Web {
    @Bean
    InternalEndpoints internalEndpoints(InternalCallers callers, ApplicationContext context) {
      return new InternalEndpoints(callers, context);
    }
  }
}
