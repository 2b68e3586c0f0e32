package dev.keyledger.token.identity.sessions;

import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Caller;
import dev.keyledger.client.Credential;
import dev.keyledger.client.RequestContext;
import dev.keyledger.client.VouchingAuthenticator;
import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.kit.database.DatabaseClock;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.kit.decide.TokenDecision;
import dev.keyledger.kit.decide.TokenVerdict;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.token.ParkingEncoder;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.EndedTokens;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Primary;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The people's half of the service by itself, over a real database and broker. The access state is
 * the real one, filled by the test instead of by its topic.
 */
@EnableAutoConfiguration
@ComponentScan({
  "dev.keyledger.token.identity.mail",
  "dev.keyledger.token.identity.people",
  "dev.keyledger.token.identity.sessions",
  "dev.keyledger.token.identity.invitations",
  "dev.keyledger.token.identity.recovery",
  "dev.keyledger.token.enforcement.outbox",
  "dev.keyledger.token.enforcement.refresh"
})
class PeopleTestApplication {
  /** A path that is none of the API's. */
  static final String ELSEWHERE = "/elsewhere";

  final AtomicBoolean fresh = new AtomicBoolean(true);

  @Bean
  MovableClock clock() {
    return new MovableClock(Instant.parse("2026-05-28T14:43:58.000Z"));
  }

  @Bean
  DatabaseClock databaseClock(MovableClock clock) {
    return clock::instant;
  }

  @Bean
  SecureRandom secureRandom() {
    return new SecureRandom();
  }

  @Bean
  @Primary
  ParkingEncoder parkingEncoder() {
    return new ParkingEncoder(new Argon2PasswordEncoder(16, 32, 1, 1024, 1));
  }

  @Bean
  AccessState accessState() {
    return new AccessState();
  }

  @Bean
  EndedTokens endedTokens() {
    return new EndedTokens(Duration.ofHours(24), System::nanoTime);
  }

  @Bean
  AtomicBoolean fresh() {
    return fresh;
  }

  @Bean
  ReplicaFreshness freshness() {
    return new SettableFreshness(fresh);
  }

  @Bean
  AccessTokens accessTokens(AccessState state, Supplier<ServerKeys> keys) {
    return new AccessTokens(state, keys, "http://localhost:8080", Duration.ofHours(24));
  }

  @Bean
  Authenticator authenticator(
      AccessTokens tokens, AccessState state, EndedTokens ended, Clock clock) {
    var decision = new TokenDecision(state, ended);
    return new VouchingAuthenticator() {
      @Override
      public Caller authenticate(Credential credential, RequestContext presented) {
        AccessClaims claims = tokens.read(credential.text().revealSecret());
        if (claims != null
            && decision.decide(
                    claims,
                    new RequestContext(presented.address(), Set.of(), presented.dialect()),
                    true,
                    clock.millis())
                instanceof TokenVerdict.Active active) {
          return vouchFor(
              claims.kind() == AccessClaims.Kind.OPERATOR
                  ? Caller.Kind.OPERATOR
                  : Caller.Kind.MEMBER,
              claims.organization(),
              claims.slug(),
              claims.person(),
              claims.member(),
              null,
              claims.session(),
              active.permissions(),
              null,
              claims.issuedAt(),
              presented.address());
        }
        throw Problem.of(401, "invalid_token", "The access token is not valid.").toException();
      }
    };
  }

  private record SettableFreshness(AtomicBoolean fresh) implements ReplicaFreshness {
    @Override
    public boolean isFresh() {
      return fresh.get();
    }

    @Override
    public Duration age() {
      return fresh.get() ? Duration.ZERO : Duration.ofDays(1);
    }
  }

  /** Stands for everything that has to go on while people sign in. */
  @TestComponent
  @RestController
  static class Elsewhere {
    @GetMapping(ELSEWHERE)
    @PublicEndpoint(because = "it is there for the test alone")
    String elsewhere() {
      return "here";
    }
  }
}
