package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/**
 * Wraps people's data keys under the servers' {@code PERSON_WRAPPING} keys, and computes the index
 * by which a person is found without storing their address. Both name the key they were made with,
 * so that keys succeed one another.
 */
@Component
final class DataKeys {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final int MATERIAL = 32;

  /**
   * @param key id of the server's key
   */
  record Wrapped(byte[] bytes, String key) {}

  record Index(byte[] bytes, String key) {}

  private final Supplier<ServerKeys> serverKeys;
  private final SecureRandom random;

  DataKeys(Supplier<ServerKeys> serverKeys, SecureRandom random) {
    this.serverKeys = serverKeys;
    this.random = random;
  }

  String currentKey() {
    return serverKeys.get().current(Purpose.PERSON_WRAPPING).id();
  }

  byte[] newMaterial() {
    var material = new byte[MATERIAL];
    random.nextBytes(material);
    return material;
  }

  Wrapped wrap(PersonId person, byte[] material) {
    ServerKey key = serverKeys.get().current(Purpose.PERSON_WRAPPING);
    var nonce = new byte[NONCE];
    random.nextBytes(nonce);
    byte[] sealed = run(Cipher.ENCRYPT_MODE, key, person, nonce, material, 0);
    byte[] all = Arrays.copyOf(nonce, NONCE + sealed.length);
    System.arraycopy(sealed, 0, all, NONCE, sealed.length);
    return new Wrapped(all, key.id());
  }

  /**
   * @throws IllegalStateException when the server's key is gone or another: nothing of the person
   *     can be read then
   */
  byte[] unwrap(PersonId person, Wrapped wrapped) {
    ServerKey key =
        serverKeys
            .get()
            .find(Purpose.PERSON_WRAPPING, wrapped.key())
            .orElseThrow(
                () -> new IllegalStateException("no server key " + wrapped.key() + " to unwrap"));
    byte[] nonce = Arrays.copyOf(wrapped.bytes(), NONCE);
    return run(Cipher.DECRYPT_MODE, key, person, nonce, wrapped.bytes(), NONCE);
  }

  /** Under the current key: what a new row gets. */
  Index index(String what, String text) {
    ServerKey key = serverKeys.get().current(Purpose.PERSON_WRAPPING);
    return new Index(mac(key, what, text), key.id());
  }

  /** Under every key that may have made the one that is looked for. */
  List<byte[]> indexes(String what, String text) {
    return serverKeys.get().all(Purpose.PERSON_WRAPPING).stream()
        .map(key -> mac(key, what, text))
        .toList();
  }

  /** The same under whatever server key: for locks, never stored. */
  static byte[] lockName(String text) {
    return mac("keyledger lock".getBytes(StandardCharsets.US_ASCII), text);
  }

  private static byte[] run(
      int mode, ServerKey key, PersonId person, byte[] nonce, byte[] text, int from) {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          mode,
          new SecretKeySpec(key.revealMaterial(), 0, MATERIAL, "AES"),
          new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(person.value().getBytes(StandardCharsets.US_ASCII));
      return cipher.doFinal(text, from, text.length - from);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a data key cannot be wrapped or unwrapped", e);
    }
  }

  // Two steps, so that the wrapping key itself is never an HMAC key of something guessable.
  private static byte[] mac(ServerKey key, String what, String text) {
    byte[] derived = mac(key.revealMaterial(), "keyledger index of " + what);
    return mac(derived, text);
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 is part of every JDK", e);
    }
  }
}
