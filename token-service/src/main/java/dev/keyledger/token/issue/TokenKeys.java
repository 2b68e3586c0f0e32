package dev.keyledger.token.issue;

import dev.keyledger.events.credential.ServerKeys;
import dev.keyledger.events.credential.ServerKeys.Purpose;
import dev.keyledger.events.credential.ServerKeys.ServerKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.Arrays;
import org.bouncycastle.util.encoders.Hex;
import org.jspecify.annotations.Nullable;

/**
 * The signing and sealing keys of one state of the server keys. Curve signatures go through Bouncy
 * Castle, which is some ten times as fast as the JDK's; AES stays with the JDK.
 */
final class TokenKeys {
  static final Provider CURVES = new BouncyCastleProvider();
  private static final byte[] PKCS8_ED25519 = Hex.decode("302e020100300506032b657004220420");
  private static final byte[] X509_ED25519 = Hex.decode("302a300506032b6570032100");

  /**
   * @param x the public key's 32 bytes, as a JWK says them
   */
  private record Signer(String id, PrivateKey privateKey, PublicKey publicKey, String x) {}

  private final Signer current;
  private final Map<String, Signer> signers = new LinkedHashMap<>();
  private final String currentSealId;
  private final Map<String, SecretKey> seals = new LinkedHashMap<>();

  TokenKeys(ServerKeys keys) {
    for (ServerKey key : keys.all(Purpose.SIGNING)) {
      signers.put(key.id(), signer(key));
    }
    for (ServerKey key : keys.all(Purpose.TOKEN_ENCRYPTION)) {
      // Longer material than a key of AES-256 takes is cut to it.
      seals.put(key.id(), new SecretKeySpec(key.revealMaterial(), 0, 32, "AES"));
    }
    current = signer(keys.current(Purpose.SIGNING));
    currentSealId = keys.current(Purpose.TOKEN_ENCRYPTION).id();
  }

  private static Signer signer(ServerKey key) {
    byte[] seed = java.util.Arrays.copyOf(key.revealMaterial(), 32);
    byte[] point = new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey().getEncoded();
    try {
      KeyFactory factory = KeyFactory.getInstance("Ed25519", CURVES);
      return new Signer(
          key.id(),
          factory.generatePrivate(new PKCS8EncodedKeySpec(Arrays.concatenate(PKCS8_ED25519, seed))),
          factory.generatePublic(new X509EncodedKeySpec(Arrays.concatenate(X509_ED25519, point))),
          Base64.getUrlEncoder().withoutPadding().encodeToString(point));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an Ed25519 seed: " + key, e);
    }
  }

  String currentSignerId() {
    return current.id();
  }

  PrivateKey currentSigner() {
    return current.privateKey();
  }

  @Nullable PublicKey verifier(@Nullable String id) {
    Signer signer = id == null ? null : signers.get(id);
    return signer == null ? null : signer.publicKey();
  }

  String currentSealId() {
    return currentSealId;
  }

  SecretKey currentSeal() {
    return java.util.Objects.requireNonNull(seals.get(currentSealId));
  }

  @Nullable SecretKey seal(@Nullable String id) {
    return id == null ? null : seals.get(id);
  }

  /**
   * RFC 7517: the public keys of current, next and retired signing keys, so that verifiers know a
   * key before it signs and for as long as what it signed may live.
   */
  Map<String, Object> jwks() {
    List<Map<String, String>> all =
        signers.values().stream()
            .map(s ->
                Map.of(
                    "kty", "OKP", "crv", "Ed25519", "use", "sig", "alg", "EdDSA", "kid", s.id(),
                    "x", s.x()))
            .toList();
    return Map.of("keys", all);
  }
}
