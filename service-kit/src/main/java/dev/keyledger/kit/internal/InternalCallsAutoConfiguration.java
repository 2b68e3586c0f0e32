package dev.keyledger.kit.internal;

import dev.keyledger.client.spring.KeyledgerClientAutoConfiguration;
import dev.keyledger.client.spring.OwnCredential;
import dev.keyledger.kit.keys.ServerKeysAutoConfiguration;
import dev.keyledger.kit.keys.ServerKeysFile;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** One of the platform's services shows another who it is by a token under a server key. */
@AutoConfiguration(
    after = ServerKeysAutoConfiguration.class,
    before = KeyledgerClientAutoConfiguration.class)
@ConditionalOnBean(ServerKeysFile.class)
public class InternalCallsAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  InternalTokens internalTokens(ServerKeysFile keys, Clock clock) {
    return new InternalTokens(keys, clock);
  }

  @Bean
  @ConditionalOnMissingBean
  InternalCallers internalCallers(InternalTokens tokens) {
    return new InternalCallers(tokens);
  }

  @Bean
  @ConditionalOnMissingBean
  OwnCredential ownCredential(
      InternalTokens tokens, @Value("${spring.application.name:}") String name) {
    if (name.isBlank()) {
      throw new IllegalStateException("set spring.application.name: it signs internal calls");
    }
    return () -> tokens.make(name);
  }
}
