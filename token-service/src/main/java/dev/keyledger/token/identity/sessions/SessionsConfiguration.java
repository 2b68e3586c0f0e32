package dev.keyledger.token.identity.sessions;

import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.outbox.EndedAnswer;
import dev.keyledger.token.enforcement.outbox.Outbox;
import dev.keyledger.token.enforcement.outbox.RevocationReceipts;
import dev.keyledger.token.enforcement.refresh.RefreshRule;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.SessionEnds;
import dev.keyledger.token.enforcement.tokens.TokenEnds;
import dev.keyledger.token.identity.people.AcceptedMemberships;
import dev.keyledger.token.identity.people.Erasure;
import dev.keyledger.token.identity.people.NewPasswords;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.PeopleSettings;
import dev.keyledger.token.identity.people.Proofs;
import dev.keyledger.token.identity.people.SecondStep;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

@Configuration(proxyBeanMethods = false)
class SessionsConfiguration {
  private final SecureRandom random = new SecureRandom();

  @Bean
  SessionTable sessionTable(JdbcClient jdbc) {
    return new SessionTable(jdbc);
  }

  @Bean
  Challenges challenges(JdbcClient jdbc, PeopleSettings settings) {
    return new Challenges(jdbc, settings, random);
  }

  @Bean
  ActiveOrganizations activeOrganizations(
      AccessState state, AcceptedMemberships accepted, PeopleSettings settings) {
    return new ActiveOrganizations(state, accepted, settings);
  }

  @Bean
  Sessions sessions(
      SessionTable table,
      People people,
      AcceptedMemberships memberships,
      Outbox outbox,
      AccessTokens accessTokens) {
    return new Sessions(table, people, memberships, outbox, accessTokens, random);
  }

  @Bean
  Switching switching(
      SessionTable table,
      People people,
      SecondStep secondStep,
      Proofs proofs,
      ActiveOrganizations organizations,
      Challenges challenges,
      Sessions sessions,
      ReplicaFreshness freshness,
      TransactionOperations transactions,
      Clock clock) {
    return new Switching(
        table,
        people,
        secondStep,
        proofs,
        organizations,
        challenges,
        sessions,
        freshness,
        transactions,
        clock);
  }

  @Bean
  SignIn signIn(
      Proofs proofs,
      People people,
      SecondStep secondStep,
      ActiveOrganizations organizations,
      Challenges challenges,
      Sessions sessions,
      Switching switching,
      Outbox outbox,
      ReplicaFreshness freshness,
      TransactionOperations transactions,
      Clock clock) {
    return new SignIn(
        proofs,
        people,
        secondStep,
        organizations,
        challenges,
        sessions,
        switching,
        outbox,
        freshness,
        transactions,
        clock);
  }

  @Bean
  Refreshing refreshing(
      SessionTable table,
      People people,
      SecondStep secondStep,
      ActiveOrganizations organizations,
      Sessions sessions,
      Outbox outbox,
      ReplicaFreshness freshness,
      TransactionOperations transactions,
      Clock clock) {
    return new Refreshing(
        table,
        people,
        secondStep,
        organizations,
        sessions,
        new RefreshRule(outbox),
        freshness,
        transactions,
        clock);
  }

  @Bean
  Endings endings(
      SessionTable table,
      Challenges challenges,
      Sessions sessions,
      TransactionOperations transactions,
      Clock clock) {
    return new Endings(table, challenges, sessions, transactions, clock);
  }

  @Bean
  Erasure.Consequence whenErasedThenSessionsEnd(Endings endings) {
    return (person, at) -> endings.endAll(person, at);
  }

  @Bean
  TokenEnds tokenEnds(Outbox outbox, TransactionOperations transactions, Clock clock) {
    return token ->
        transactions.execute(status ->
            outbox.endToken(
                token.jti(),
                token.organization(),
                token.subject(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                token.expiresAt()));
  }

  @Bean
  SessionEnds sessionEnds(Endings endings) {
    return endings::endByRefreshToken;
  }

  @Bean
  EndedAnswer endedAnswer(RevocationReceipts receipts) {
    return new EndedAnswer(receipts);
  }

  @Bean
  OwnSessions ownSessions(
      SessionTable table, People people, SecondStep secondStep, AccessState state, Clock clock) {
    return new OwnSessions(table, people, secondStep, state, clock);
  }

  @Bean
  CurrentPerson currentPerson(OwnSessions own) {
    return new CurrentPerson(own);
  }

  @Bean
  Myself myself(
      People people,
      Proofs proofs,
      NewPasswords newPasswords,
      SecondStep secondStep,
      SessionTable table,
      Sessions sessions,
      Endings endings,
      TransactionOperations transactions,
      Clock clock) {
    return new Myself(
        people, proofs, newPasswords, secondStep, table, sessions, endings, transactions, clock);
  }

  @Bean
  SessionSweep sessionSweep(SessionTable table, Challenges challenges, AgreedClock clock) {
    return new SessionSweep(table, challenges, clock);
  }
}
