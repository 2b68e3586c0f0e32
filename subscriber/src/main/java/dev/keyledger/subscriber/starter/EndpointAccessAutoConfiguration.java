package dev.keyledger.subscriber.starter;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * An endpoint without an access rule is an error, whoever enforces the rules. {@code
 * keyledger.subscriber.check-endpoints=false} is for services that have rules of another kind.
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty(name = "keyledger.subscriber.check-endpoints", matchIfMissing = true)
public class EndpointAccessAutoConfiguration {
  @Bean
  EndpointAccess endpointAccess(ApplicationContext context) {
    return new EndpointAccess(context);
  }
}
