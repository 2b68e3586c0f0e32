package dev.keyledger.token.identity.invitations;

import dev.keyledger.token.identity.people.People;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(InvitationSettings.class)
class InvitationsConfiguration {
  @Bean
  ApplicationRunner bootstrapOperator(
      People people, Invitations invitations, InvitationSettings settings) {
    InvitationSettings.Bootstrap bootstrap = settings.bootstrapOperator();
    return bootstrap == null
        ? arguments -> {}
        : new BootstrapOperator(people, invitations, bootstrap);
  }
}
