package dev.keyledger.client.spring;

import dev.keyledger.client.revocations.Revocations;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * A service takes traffic once it has caught up with revocations. Later staleness only shows: then
 * token-service is asked, and taking every replica out at once would help no caller.
 */
@AutoConfiguration(after = KeyledgerClientAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnBean(Revocations.class)
@ConditionalOnBooleanProperty("keyledger.client.health")
public class RevocationsHealthAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean(name = "revocationsHealthIndicator")
  HealthIndicator revocationsHealthIndicator(Revocations revocations) {
    return () ->
        (revocations.isReady() ? Health.up() : Health.outOfService())
            .withDetail("fresh", revocations.isFresh())
            .build();
  }
}
