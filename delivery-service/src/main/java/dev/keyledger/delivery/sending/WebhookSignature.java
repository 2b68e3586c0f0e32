package dev.keyledger.delivery.sending;

import dev.keyledger.events.subscription.SignatureScheme;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a receiver knows the platform by: Standard Webhooks 1.0.0, "Signature scheme". */
final class WebhookSignature {
  private WebhookSignature() {}

  /**
   * One signature, as the header has it.
   *
   * @param key the HMAC key, or the Ed25519 seed of 32 bytes (RFC 8032)
   * @param timestamp of this attempt, in seconds since the epoch
   */
  static String of(SignatureScheme scheme, byte[] key, String id, long timestamp, byte[] body) {
    byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.US_ASCII);
    try {
      return switch (scheme) {
        case V1 -> "v1," + base64(hmac(key, head, body));
        case V1A -> "v1a," + base64(ed25519(key, head, body));
        case RS256, NONE -> throw new IllegalArgumentException("no webhook is signed so");
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 and Ed25519 are part of every JDK", e);
    }
  }

  private static byte[] hmac(byte[] key, byte[] head, byte[] body) throws GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    mac.update(head);
    return mac.doFinal(body);
  }

  private static byte[] ed25519(byte[] seed, byte[] head, byte[] body)
      throws GeneralSecurityException {
    var signature = Signature.getInstance("Ed25519");
    signature.initSign(
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
    signature.update(head);
    signature.update(body);
    return signature.sign();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
