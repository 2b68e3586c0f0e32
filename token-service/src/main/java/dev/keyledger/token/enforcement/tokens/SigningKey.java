package dev.keyledger.token.enforcement.tokens;

import dev.keyledger.client.jwt.TokenAlgorithms2026;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import io.jsonwebtoken.security.Jwks;
import io.jsonwebtoken.security.PublicJwk;
import io.jsonwebtoken.security.SignatureAlgorithm;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jce.spec.ECParameterSpec;
import org.bouncycastle.jce.spec.ECPrivateKeySpec;
import org.bouncycastle.jce.spec.ECPublicKeySpec;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.Arrays;
import org.bouncycastle.util.encoders.Hex;

/**
 * A key that signs access tokens, made of a server key's material. Curve signatures go through
 * Bouncy Castle, which is some ten times as fast as the JDK's.
 */
record SigningKey(
    String id, SignatureAlgorithm algorithm, PrivateKey privateKey, PublicKey publicKey) {
  static final Provider CURVES = new BouncyCastleProvider();

  private static final byte[] PKCS8_ED25519 = Hex.decode("302e020100300506032b657004220420");
  private static final byte[] X509_ED25519 = Hex.decode("302a300506032b6570032100");

  static SigningKey of(ServerKey key) {
    try {
      return switch (key.signsBy()) {
        case EDDSA -> ed25519(key);
        case ES256 -> p256(key);
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a signing key: " + key, e);
    }
  }

  /** RFC 8037. */
  private static SigningKey ed25519(ServerKey key) throws GeneralSecurityException {
    byte[] seed = Arrays.copyOf(key.revealMaterial(), 32);
    byte[] point = new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey().getEncoded();
    KeyFactory factory = KeyFactory.getInstance("Ed25519", CURVES);
    return new SigningKey(
        key.id(),
        TokenAlgorithms2026.ED25519,
        factory.generatePrivate(new PKCS8EncodedKeySpec(Arrays.concatenate(PKCS8_ED25519, seed))),
        factory.generatePublic(new X509EncodedKeySpec(Arrays.concatenate(X509_ED25519, point))));
  }

  /** RFC 7518, section 3.4; the private key lies between 1 and the order less 1. */
  private static SigningKey p256(ServerKey key) throws GeneralSecurityException {
    ECParameterSpec curve = ECNamedCurveTable.getParameterSpec("P-256");
    BigInteger largest = curve.getN().subtract(BigInteger.ONE);
    BigInteger secret = new BigInteger(1, key.revealMaterial()).mod(largest).add(BigInteger.ONE);
    ECPoint point = new FixedPointCombMultiplier().multiply(curve.getG(), secret).normalize();
    KeyFactory factory = KeyFactory.getInstance("EC", CURVES);
    return new SigningKey(
        key.id(),
        TokenAlgorithms2026.P256,
        factory.generatePrivate(new ECPrivateKeySpec(secret, curve)),
        factory.generatePublic(new ECPublicKeySpec(point, curve)));
  }

  /** The public key as RFC 7517 writes it. */
  PublicJwk<?> jwk() {
    return Jwks.builder()
        .provider(CURVES)
        .key(publicKey)
        .id(id)
        .algorithm(algorithm.getId())
        .publicKeyUse("sig")
        .build();
  }

  @Override
  public String toString() {
    return algorithm.getId() + " " + id;
  }
}
