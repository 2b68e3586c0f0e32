package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.token.enforcement.tokens.IssuedToken;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A {@link Successor} as it lies beside the hash of the token that it came of, for a client to
 * which the answer was lost. Its key is made of that token, which has 256 random bits and which no
 * table holds; who asked is its additional data, so that it opens for the same client alone and
 * says nothing of it.
 */
public final class SealedSuccessor {
  private static final byte[] PURPOSE =
      "keyledger successor of a refresh token".getBytes(StandardCharsets.US_ASCII);
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final byte[] sealed;
  private final Instant answeredAt;

  public SealedSuccessor(byte[] sealed, Instant answeredAt) {
    this.sealed = sealed.clone();
    this.answeredAt = answeredAt;
  }

  private record Written(
      String access,
      String jti,
      Instant issuedAt,
      Instant expiresAt,
      String refresh,
      Instant until,
      Set<String> scope) {}

  public static SealedSuccessor of(
      Successor successor, RefreshAttempt attempt, SecureRandom random) {
    var nonce = new byte[NONCE];
    random.nextBytes(nonce);
    IssuedToken access = successor.access();
    byte[] text =
        EventCodec.mapper()
            .writeValueAsBytes(
                new Written(
                    access.token().revealSecret(),
                    access.jti(),
                    access.issuedAt(),
                    access.expiresAt(),
                    successor.refresh().revealSecret(),
                    successor.until(),
                    successor.scope()));
    try {
      var sealed = new ByteArrayOutputStream();
      sealed.writeBytes(nonce);
      sealed.writeBytes(cipher(Cipher.ENCRYPT_MODE, nonce, attempt).doFinal(text));
      return new SealedSuccessor(sealed.toByteArray(), attempt.databaseTime());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is part of every JDK", e);
    }
  }

  /** Nonce first. */
  public byte[] bytes() {
    return sealed.clone();
  }

  /** By PostgreSQL's clock. */
  public Instant answeredAt() {
    return answeredAt;
  }

  /** Empty for any other token or client than it was answered to. */
  Optional<Successor> open(RefreshAttempt attempt) {
    try {
      byte[] text =
          cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE), attempt)
              .doFinal(sealed, NONCE, sealed.length - NONCE);
      Written written = EventCodec.mapper().readValue(text, Written.class);
      return Optional.of(
          new Successor(
              new IssuedToken(
                  new SecretText(written.access()),
                  written.jti(),
                  written.issuedAt(),
                  written.expiresAt()),
              new SecretText(written.refresh()),
              written.until(),
              written.scope()));
    } catch (AEADBadTagException another) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is part of every JDK", e);
    }
  }

  private static Cipher cipher(int mode, byte[] nonce, RefreshAttempt attempt)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(attempt.token().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(mac.doFinal(PURPOSE), "AES"),
        new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(attempt.by().bytes());
    return cipher;
  }
}
