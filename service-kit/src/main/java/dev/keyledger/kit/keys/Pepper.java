package dev.keyledger.kit.keys;

import dev.keyledger.events.credential.KeySecret;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A server-side key under which verifiers of key secrets are computed: without it a stolen verifier
 * is useless.
 */
public final class Pepper {
  private static final String ALGORITHM = "HmacSHA256";

  private final char id;
  private final Mac template;

  /**
   * @param material at least 32 bytes
   */
  public Pepper(char id, byte[] material) {
    if (!KeySecret.isPepperId(id) || material.length < 32) {
      throw new IllegalArgumentException(
          "a pepper is named by one base62 digit and has at least 32 bytes");
    }
    this.id = id;
    try {
      this.template = Mac.getInstance(ALGORITHM);
      this.template.init(new SecretKeySpec(material, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 is part of every JDK", e);
    }
  }

  public char id() {
    return id;
  }

  /** HMAC-SHA-256 of the secret's text: 32 bytes. Safe for many threads and free of locks. */
  public byte[] verifierOf(KeySecret secret) {
    try {
      return ((Mac) template.clone()).doFinal(secret.revealBytes());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's HMAC can be cloned", e);
    }
  }

  /** The verifier as events and records carry it. */
  public String encodedVerifierOf(KeySecret secret) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(verifierOf(secret));
  }
}
