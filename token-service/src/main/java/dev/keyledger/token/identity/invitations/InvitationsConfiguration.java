package dev.keyledger.token.identity.invitations;

import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.identity.people.AcceptedMemberships;
import dev.keyledger.token.identity.people.Erasure;
import dev.keyledger.token.identity.people.NewPasswords;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.PeopleSettings;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(InvitationSettings.class)
class InvitationsConfiguration {
  @Bean
  InvitationTable invitationTable(JdbcClient jdbc) {
    return new InvitationTable(jdbc);
  }

  @Bean
  Invitations invitations(
      InvitationTable table,
      People people,
      PeopleSettings settings,
      TransactionOperations transactions,
      Clock clock) {
    return new Invitations(table, people, settings, transactions, clock, new SecureRandom());
  }

  @Bean
  Acceptance acceptance(
      InvitationTable table,
      AccessState state,
      People people,
      NewPasswords passwords,
      AcceptedMemberships memberships,
      TransactionOperations transactions,
      Clock clock) {
    return new Acceptance(table, state, people, passwords, memberships, transactions, clock);
  }

  @Bean
  InternalCallers internalCallers(InternalTokens tokens) {
    return new InternalCallers(tokens);
  }

  @Bean
  Erasure.Consequence whenErasedThenInvitationsGo(InvitationTable table) {
    return (person, at) -> table.forget(person);
  }

  @Bean
  InvitationSweep invitationSweep(InvitationTable table, AgreedClock clock) {
    return new InvitationSweep(table, clock);
  }

  @Bean
  ApplicationRunner bootstrapOperator(
      People people, Invitations invitations, InvitationSettings settings) {
    InvitationSettings.Bootstrap bootstrap = settings.bootstrapOperator();
    return bootstrap == null
        ? arguments -> {}
        : new BootstrapOperator(people, invitations, bootstrap);
  }
}
