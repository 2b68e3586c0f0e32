package dev.keyledger.kit.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** Who signs notes, by name and public key: a log, or a witness of logs. */
public final class NoteVerifier {
  private static final int KEY_LENGTH = 32;
  private static final int SIGNATURE_LENGTH = 64;

  private final String name;
  private final byte algorithm;
  private final byte[] publicKey;
  private final byte[] id;

  NoteVerifier(String name, byte algorithm, byte[] publicKey) {
    this.name = KeyName.checked(name);
    this.algorithm = algorithm;
    this.publicKey = publicKey.clone();
    this.id = KeyName.id(name, algorithm, publicKey);
  }

  /**
   * @param vkey name, key id in hexadecimal digits, and in base64 the algorithm's byte with the
   *     public key, parted by plus signs
   * @throws IllegalArgumentException for anything else, or another algorithm than Ed25519
   */
  public static NoteVerifier parse(String vkey) {
    String[] parts = vkey.split("\\+", 3);
    if (parts.length != 3) {
      throw new IllegalArgumentException("A verifier key has a name, an id and a key.");
    }
    byte[] key = Base64.getDecoder().decode(parts[2]);
    boolean known =
        key.length == 1 + KEY_LENGTH && (key[0] == KeyName.NOTE || key[0] == KeyName.COSIGNATURE);
    if (!known) {
      throw new IllegalArgumentException("This verifier key isn't of Ed25519.");
    }
    var verifier = new NoteVerifier(parts[0], key[0], Arrays.copyOfRange(key, 1, key.length));
    if (!HexFormat.of().formatHex(verifier.id).equals(parts[1])) {
      throw new IllegalArgumentException("This verifier key's id isn't the one of its key.");
    }
    return verifier;
  }

  /** As {@link #parse} reads it: what a log or a witness gives to those who check. */
  public String vkey() {
    byte[] key = ByteBuffer.allocate(1 + KEY_LENGTH).put(algorithm).put(publicKey).array();
    return name
        + "+"
        + HexFormat.of().formatHex(id)
        + "+"
        + Base64.getEncoder().encodeToString(key);
  }

  public String name() {
    return name;
  }

  byte[] id() {
    return id;
  }

  byte algorithm() {
    return algorithm;
  }

  public boolean isWitness() {
    return algorithm == KeyName.COSIGNATURE;
  }

  byte[] messageOf(String text, long seconds) {
    String message = isWitness() ? "cosignature/v1\ntime " + seconds + "\n" + text : text;
    return message.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether a signature line is said to be this key's. */
  boolean isNamedBy(SignedNote.Signature signature) {
    return signature.name().equals(name) && Arrays.equals(signature.keyId(), id);
  }

  /**
   * @return when it was signed, of a witness; the epoch's beginning of a log, which says no time;
   *     empty where the signature isn't good
   */
  Optional<Instant> verify(String text, SignedNote.Signature signature) {
    ByteBuffer bytes = ByteBuffer.wrap(signature.bytes());
    if (bytes.remaining() != SIGNATURE_LENGTH + (isWitness() ? Long.BYTES : 0)) {
      return Optional.empty();
    }
    long seconds = isWitness() ? bytes.getLong() : 0;
    if (seconds < 0 || seconds > Instant.MAX.getEpochSecond()) {
      return Optional.empty();
    }
    var signed = new byte[SIGNATURE_LENGTH];
    bytes.get(signed);
    byte[] message = messageOf(text, seconds);
    var verifier = new Ed25519Signer();
    verifier.init(false, new Ed25519PublicKeyParameters(publicKey, 0));
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signed)
        ? Optional.of(Instant.ofEpochSecond(seconds))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return vkey();
  }
}
