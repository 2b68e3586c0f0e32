package dev.keyledger.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription is signed by, as the ledger knows it.
 *
 * @param id counted from 1 in each subscription
 * @param sealed the secret itself under a server's key, which delivery opens: bound to the
 *     organisation, the subscription and the id. {@code null} in every fact that leaves the ledger
 *     for {@code events.v1}
 * @param publicKey {@code whpk_} and base64 of the 32 bytes of an Ed25519 key; {@code null} of a
 *     secret that both sides know
 * @param commitment SHA-256 of what it is sealed in, base64url without padding: it leaves the
 *     ledger, so that one which was exchanged there later doesn't fit what was published and signed
 */
public record SubscriptionSecret(
    int id,
    @Nullable String sealed,
    @Nullable String publicKey,
    Instant createdAt,
    String commitment) {

  /** One that commits to what it is sealed in. */
  public static SubscriptionSecret committed(
      int id, String sealed, @Nullable String publicKey, Instant createdAt) {
    return new SubscriptionSecret(id, sealed, publicKey, createdAt, Commitment.to(sealed));
  }

  SubscriptionSecret withoutSealed() {
    return new SubscriptionSecret(id, null, publicKey, createdAt, commitment);
  }

  boolean fitsItsCommitment() {
    return Commitment.fits(commitment, sealed);
  }
}
