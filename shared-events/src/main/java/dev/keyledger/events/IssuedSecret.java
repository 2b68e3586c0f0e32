package dev.keyledger.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A secret as the ledger knows it.
 *
 * @param prefix what lists show: the key's prefix and the first seven characters after it
 * @param verifier HMAC-SHA-256 of the secret under the pepper that it names, base64url without
 *     padding: useless without a server's key. {@code null} in every fact that leaves the ledger
 *     for {@code events.v1}
 */
public record IssuedSecret(String prefix, @Nullable String verifier, Instant createdAt) {
  public IssuedSecret withoutVerifier() {
    return new IssuedSecret(prefix, null, createdAt);
  }
}
