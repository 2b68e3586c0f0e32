package dev.keyledger.command.organization;

import dev.keyledger.events.SubscriptionSecret;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.kit.keys.SubscriptionSecrets;
import java.time.Instant;
import java.util.Optional;

/**
 * Randomness for what one subscription is signed by, drawn before the decision, which only then
 * knows the secret's id. The same randomness makes the same secret.
 */
public final class FreshSigningSecret {
  private final SubscriptionSecrets.Sealing sealing;
  private final byte[] random;
  private final byte[] nonce;

  /**
   * @param random 32 bytes that were shown nowhere; of security events, and of collectors, what
   *     their receiver is shown
   * @param nonce {@link SubscriptionSecrets#NONCE} bytes that were used nowhere
   */
  public FreshSigningSecret(SubscriptionSecrets.Sealing sealing, byte[] random, byte[] nonce) {
    this.sealing = sealing;
    this.random = random.clone();
    this.nonce = nonce.clone();
  }

  /** As the ledger keeps it. */
  SubscriptionSecret issue(
      OrganizationId organization,
      SubscriptionId subscription,
      int id,
      SignatureScheme scheme,
      Instant at) {
    String publicKey =
        switch (scheme) {
          case V1, RS256, NONE -> null;
          case V1A -> SubscriptionSecrets.publicKeyOf(random);
        };
    return SubscriptionSecret.committed(
        id, sealing.seal(organization, subscription, id, random, nonce), publicKey, at);
  }

  /** As its receiver is shown it; empty where they need the public key alone. */
  public Optional<SecretText> text(SignatureScheme scheme) {
    return switch (scheme) {
      case V1 -> Optional.of(SubscriptionSecrets.shown(random));
      case V1A, RS256, NONE -> Optional.empty();
    };
  }

  @Override
  public String toString() {
    return "[fresh secret]";
  }
}
