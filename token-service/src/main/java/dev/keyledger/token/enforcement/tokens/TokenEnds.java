package dev.keyledger.token.enforcement.tokens;

import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.token.enforcement.outbox.StreamPosition;

/**
 * Ends one access token (RFC 7009). The sessions' outbox implements it: in one transaction it
 * writes a revocation {@code TOKEN END} of the {@code jti} to its stream {@code
 * sessions:<organisation or person>}, and after the commit applies it locally.
 */
@FunctionalInterface
public interface TokenEnds {
  /** Ends it, and says where. */
  StreamPosition end(AccessClaims token);
}
