package dev.keyledger.kit.keys;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/**
 * What subscriptions are signed by, under a server's key: the ledger and the road to delivery hold
 * it no other way. Sealed is the server key's id, a dot, and AES-256-GCM with the organisation, the
 * subscription and the secret's id bound in, so that what was sealed for one is opened for none
 * other.
 */
public final class SubscriptionSecrets {
  /** Bytes of a nonce. */
  public static final int NONCE = AesGcm.NONCE;

  private static final String SECRET = "whsec_";
  private static final String PUBLIC_KEY = "whpk_";

  private final Supplier<ServerKeys> serverKeys;

  /**
   * @param serverKeys asked each time, so that one key succeeds another without a restart
   */
  public SubscriptionSecrets(Supplier<ServerKeys> serverKeys) {
    this.serverKeys = serverKeys;
  }

  /** As a receiver is shown an HMAC key, in the form of Standard Webhooks. */
  public static SecretText shown(byte[] secret) {
    return new SecretText(SECRET + Base64.getEncoder().encodeToString(secret));
  }

  /**
   * As a receiver is told the public half, in the form of Standard Webhooks.
   *
   * @param seed of an Ed25519 key (RFC 8032), 32 bytes
   */
  public static String publicKeyOf(byte[] seed) {
    byte[] point = new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey().getEncoded();
    return PUBLIC_KEY + Base64.getEncoder().encodeToString(point);
  }

  /** By the key that is current. */
  public Sealing sealing() {
    return new Sealing(serverKeys.get().current(Purpose.SUBSCRIPTION_SECRETS));
  }

  /** By one key. */
  public static final class Sealing {
    private final ServerKey key;

    private Sealing(ServerKey key) {
      this.key = key;
    }

    /**
     * @param secretId counted from 1 in each subscription
     * @param secret the bytes of an HMAC key, or the seed of an Ed25519 key
     * @param nonce {@value #NONCE} bytes that were never used
     */
    public String seal(
        OrganizationId organization,
        SubscriptionId subscription,
        int secretId,
        byte[] secret,
        byte[] nonce) {
      return key.id()
          + "."
          + AesGcm.seal(
              AesGcm.key(key.revealMaterial()),
              nonce,
              secret,
              bound(organization, subscription, secretId));
    }
  }

  /** The secret's bytes; empty where it was sealed for another, or by a key that is not here. */
  public Optional<byte[]> open(
      OrganizationId organization, SubscriptionId subscription, int secretId, String sealed) {
    int dot = sealed.lastIndexOf('.');
    return serverKeys
        .get()
        .find(Purpose.SUBSCRIPTION_SECRETS, sealed.substring(0, Math.max(dot, 0)))
        .flatMap(key ->
            AesGcm.open(
                AesGcm.key(key.revealMaterial()),
                sealed.substring(dot + 1),
                bound(organization, subscription, secretId)));
  }

  private static byte[] bound(
      OrganizationId organization, SubscriptionId subscription, int secretId) {
    return (organization + "/" + subscription + "/" + secretId).getBytes(StandardCharsets.US_ASCII);
  }
}
