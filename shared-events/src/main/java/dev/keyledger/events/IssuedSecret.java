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
 * @param commitment SHA-256 of the verifier, base64url without padding: it leaves the ledger, so
 *     that a verifier which was exchanged there later doesn't fit what was published and signed.
 *     256 bits that nobody knows can't be guessed from it. {@code null}, and not written, in events
 *     of before it was made
 */
public record IssuedSecret(
    String prefix, @Nullable String verifier, Instant createdAt, @Nullable String commitment) {
  /** One that commits to nothing, as in events of before. */
  public IssuedSecret(String prefix, @Nullable String verifier, Instant createdAt) {
    this(prefix, verifier, createdAt, null);
  }

  /** One that commits to its verifier. */
  public static IssuedSecret committed(String prefix, String verifier, Instant createdAt) {
    return new IssuedSecret(prefix, verifier, createdAt, Commitment.to(verifier));
  }

  public IssuedSecret withoutVerifier() {
    return new IssuedSecret(prefix, null, createdAt, commitment);
  }

  /** Whether the verifier is the one that it commits to, if it does to any. */
  boolean fitsItsCommitment() {
    return commitment == null || Commitment.fits(commitment, verifier);
  }
}
