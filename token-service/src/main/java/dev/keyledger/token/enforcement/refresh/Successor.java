package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.token.enforcement.tokens.IssuedToken;
import java.time.Instant;
import java.util.Set;

/**
 * The pair that a refresh token was exchanged for.
 *
 * @param until first instant at which the refresh token no longer works
 * @param scope what the access token may do, where that is told; empty for a session's
 */
public record Successor(IssuedToken access, SecretText refresh, Instant until, Set<String> scope) {
  /** The same pair, given again: what is left of its times counts from then. */
  Successor at(Instant again) {
    return new Successor(
        new IssuedToken(access.token(), access.jti(), again, access.expiresAt()),
        refresh,
        until,
        scope);
  }
}
