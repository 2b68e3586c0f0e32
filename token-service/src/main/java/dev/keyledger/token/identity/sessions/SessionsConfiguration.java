package dev.keyledger.token.identity.sessions;

import dev.keyledger.token.enforcement.outbox.Outbox;
import dev.keyledger.token.enforcement.tokens.LiveSessions;
import dev.keyledger.token.enforcement.tokens.SessionEnds;
import dev.keyledger.token.enforcement.tokens.TokenEnds;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionOperations;

/** What enforcement asks of sessions, by types of its own: it doesn't know them. */
@Configuration(proxyBeanMethods = false)
class SessionsConfiguration {
  @Bean
  TokenEnds tokenEnds(
      Outbox outbox, SessionTable table, TransactionOperations transactions, Clock clock) {
    return token ->
        transactions.execute(status -> {
          table.endToken(token.jti(), token.expiresAt());
          return outbox.endToken(
              token.jti(),
              token.organization(),
              token.subject(),
              clock.instant().truncatedTo(ChronoUnit.MILLIS),
              token.expiresAt());
        });
  }

  @Bean
  LiveSessions liveSessions(SessionTable table) {
    return table::isAlive;
  }

  @Bean
  SessionEnds sessionEnds(Endings endings) {
    return endings::endByRefreshToken;
  }
}
