package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.enforcement.tokens.IssuedToken;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a sign-in, or a step of one, comes to. */
sealed interface SignInAnswer {
  /**
   * @param refreshUntil first instant at which the refresh token no longer works
   * @param ended where the session that this one replaces ended
   */
  record Started(
      SessionId session,
      IssuedToken accessToken,
      SecretText refreshToken,
      Instant refreshUntil,
      boolean enrolling,
      @Nullable StreamPosition ended)
      implements SignInAnswer {}

  record SecondStepDue(SecretText challenge) implements SignInAnswer {}
}
