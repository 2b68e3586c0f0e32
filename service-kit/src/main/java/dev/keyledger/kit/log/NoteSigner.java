package dev.keyledger.kit.log;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** Signs notes by Ed25519 (RFC 8032), as a log or as a witness of one. */
public final class NoteSigner {
  private static final String PRIVATE = "PRIVATE+KEY+";
  private static final int SEED = 32;

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

  /**
   * @param text as {@link #reveal} gives it
   * @throws IllegalArgumentException for any other, or another algorithm than Ed25519; its message
   *     has nothing of the text
   */
  public static NoteSigner parse(String text) {
    String[] parts = text.split("\\+", 5);
    if (parts.length != 5 || !(parts[0] + "+" + parts[1] + "+").equals(PRIVATE)) {
      throw new IllegalArgumentException("This is no private key of notes.");
    }
    byte[] key;
    try {
      key = Base64.getDecoder().decode(parts[4]);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("This private key isn't in base64.", null);
    }
    if (key.length != 1 + SEED || (key[0] != KeyName.NOTE && key[0] != KeyName.COSIGNATURE)) {
      throw new IllegalArgumentException("This private key isn't of Ed25519.");
    }
    NoteSigner signer = of(parts[2], key[0], Arrays.copyOfRange(key, 1, key.length));
    if (!HexFormat.of().formatHex(signer.verifier.id()).equals(parts[3])) {
      throw new IllegalArgumentException("This private key's id isn't the one of its key.");
    }
    return signer;
  }

  /** The private key, in the form that Go's package for notes has too. */
  public String reveal() {
    byte[] bytes =
        ByteBuffer.allocate(1 + SEED).put(verifier.algorithm()).put(key.getEncoded()).array();
    return PRIVATE
        + verifier.name()
        + "+"
        + HexFormat.of().formatHex(verifier.id())
        + "+"
        + Base64.getEncoder().encodeToString(bytes);
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
