package dev.keyledger.kit.log;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** Signs notes by Ed25519 (RFC 8032), as a log or as a witness of one. */
public final class NoteSigner {
  private final NoteVerifier verifier;
  private final Ed25519PrivateKeyParameters key;

  private NoteSigner(NoteVerifier verifier, Ed25519PrivateKeyParameters key) {
    this.verifier = verifier;
    this.key = key;
  }

  /**
   * @param name a URL without a scheme, by custom
   * @param seed 32 bytes
   */
  public static NoteSigner ofLog(String name, byte[] seed) {
    return of(name, KeyName.NOTE, seed);
  }

  /** Whose signatures say when (C2SP {@code tlog-cosignature}). */
  public static NoteSigner ofWitness(String name, byte[] seed) {
    return of(name, KeyName.COSIGNATURE, seed);
  }

  private static NoteSigner of(String name, byte algorithm, byte[] seed) {
    var key = new Ed25519PrivateKeyParameters(seed, 0);
    return new NoteSigner(
        new NoteVerifier(name, algorithm, key.generatePublicKey().getEncoded()), key);
  }

  public NoteVerifier verifier() {
    return verifier;
  }

  /**
   * The line that stands below the note.
   *
   * @param at counts in a witness's signature alone, in whole seconds
   */
  public String sign(String text, Instant at) {
    ByteBuffer signature = ByteBuffer.allocate(KeyName.ID_LENGTH + Long.BYTES + 64);
    signature.put(verifier.id());
    if (verifier.isWitness()) {
      signature.putLong(at.getEpochSecond());
    }
    byte[] message = verifier.messageOf(text, at.getEpochSecond());
    var signer = new Ed25519Signer();
    signer.init(true, key);
    signer.update(message, 0, message.length);
    signature.put(signer.generateSignature());
    byte[] bytes = Arrays.copyOf(signature.array(), signature.position());
    return "— " + verifier.name() + " " + Base64.getEncoder().encodeToString(bytes) + "\n";
  }

  /** What is behind it never shows. */
  @Override
  public String toString() {
    return verifier.toString();
  }
}
