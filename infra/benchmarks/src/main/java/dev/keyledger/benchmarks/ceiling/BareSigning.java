package dev.keyledger.benchmarks.ceiling;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.function.LongSupplier;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** The cryptography of a token and nothing else, in one thread. */
public final class BareSigning {
  /** About what the signed part of an access token has. */
  private static final int TOKEN = 480;

  private final LongSupplier nanos;
  private final byte[] message = new byte[TOKEN];
  private final Ed25519PrivateKeyParameters privateKey;
  private final SecretKeySpec aesKey;
  private final SecureRandom random;

  public BareSigning(SecureRandom random, LongSupplier nanos) {
    this.random = random;
    this.nanos = nanos;
    random.nextBytes(message);
    this.privateKey = new Ed25519PrivateKeyParameters(random);
    var material = new byte[32];
    random.nextBytes(material);
    this.aesKey = new SecretKeySpec(material, "AES");
  }

  /** Ed25519 through Bouncy Castle, signatures a second. */
  public double signaturesPerSecond(long millis) {
    return perSecond(millis, () -> sign().length);
  }

  /** One signature. Safe for many threads. */
  byte[] sign() {
    var signer = new Ed25519Signer();
    signer.init(true, privateKey);
    signer.update(message, 0, message.length);
    return signer.generateSignature();
  }

  /** AES-256-GCM through the JDK with a fresh nonce each, a second. */
  public double encryptionsPerSecond(long millis) {
    var nonce = new byte[12];
    return perSecond(
        millis,
        () -> {
          random.nextBytes(nonce);
          try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, aesKey, new GCMParameterSpec(128, nonce));
            return cipher.doFinal(message).length;
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is part of every JDK", e);
          }
        });
  }

  private double perSecond(long millis, Work work) {
    long startedAt = nanos.getAsLong();
    long endsAt = startedAt + millis * 1_000_000;
    long done = 0;
    long now;
    do {
      if (work.once() == 0) {
        throw new IllegalStateException("nothing came of it");
      }
      done++;
      now = nanos.getAsLong();
    } while (now < endsAt);
    return done * 1e9 / (now - startedAt);
  }

  private interface Work {
    int once();
  }
}
