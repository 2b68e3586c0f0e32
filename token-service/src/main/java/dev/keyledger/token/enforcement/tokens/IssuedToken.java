package dev.keyledger.token.enforcement.tokens;

import dev.keyledger.events.credential.SecretText;
import java.time.Instant;

/**
 * An access token, to be shown in the one answer that issues it.
 *
 * @param expiresAt in whole seconds, as the token itself says
 */
public record IssuedToken(SecretText token, String jti, Instant issuedAt, Instant expiresAt) {
  public long expiresIn() {
    return expiresAt.getEpochSecond() - issuedAt.getEpochSecond();
  }
}
