package dev.keyledger.client.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * Where {@code keyledger.client.undeclared-endpoints} is {@code refuse-to-start}: an endpoint
 * without an access rule is an error, also where the client itself is switched off.
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnProperty(
    name = "keyledger.client.undeclared-endpoints",
    havingValue = "refuse-to-start")
public class EndpointAccessAutoConfiguration {
  @Bean
  EndpointAccess endpointAccess(ApplicationContext context) {
    return new EndpointAccess(context);
  }
}
