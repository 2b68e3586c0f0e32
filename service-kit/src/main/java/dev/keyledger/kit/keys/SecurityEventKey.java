package dev.keyledger.kit.keys;

import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * A key that signs security event tokens, RS256 with 2,048 bits at least, as OpenID's profile wants
 * it: the material of its server key is PKCS #8.
 */
public record SecurityEventKey(String id, RSAPrivateCrtKey privateKey) {
  private static final int BITS = 2_048;

  /**
   * @throws IllegalArgumentException for what is no such key
   */
  public static SecurityEventKey of(ServerKey key) {
    try {
      var spec = new PKCS8EncodedKeySpec(key.revealMaterial());
      if (KeyFactory.getInstance("RSA").generatePrivate(spec) instanceof RSAPrivateCrtKey rsa
          && rsa.getModulus().bitLength() >= BITS) {
        return new SecurityEventKey(key.id(), rsa);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a key for security events: " + key, e);
    }
    throw new IllegalArgumentException("not a key for security events: " + key);
  }

  /** Material for a server key. */
  public static byte[] make(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS, random);
      return generator.generateKeyPair().getPrivate().getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("RSA is part of every JDK", e);
    }
  }

  /** The public key as RFC 7517 writes it. */
  public Map<String, Object> jwk() {
    return Map.of(
        "kty",
        "RSA",
        "use",
        "sig",
        "alg",
        "RS256",
        "kid",
        id,
        "n",
        text(privateKey.getModulus()),
        "e",
        text(privateKey.getPublicExponent()));
  }

  /** Base64urlUInt (RFC 7518, section 2): no byte for a sign. */
  private static String text(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int from = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOfRange(bytes, from, bytes.length));
  }

  @Override
  public String toString() {
    return "RS256 " + id;
  }
}
