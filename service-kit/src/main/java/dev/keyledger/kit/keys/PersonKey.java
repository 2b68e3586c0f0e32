package dev.keyledger.kit.keys;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.PersonId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A person's data key: seals what is said of them in places that never forget. */
public final class PersonKey {
  private final PersonId person;
  private final SecretKey key;

  /**
   * @param material 32 bytes
   */
  public PersonKey(PersonId person, byte[] material) {
    if (material.length != AesGcm.KEY) {
      throw new IllegalArgumentException("a data key has 32 bytes");
    }
    this.person = person;
    this.key = AesGcm.key(material);
  }

  public SealedText seal(String text, SecureRandom random) {
    var nonce = new byte[AesGcm.NONCE];
    random.nextBytes(nonce);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new SealedText(person, AesGcm.seal(key, nonce, bytes, bound()));
  }

  /** Empty when the text was not sealed under this key for this person. */
  public Optional<String> unseal(SealedText sealed) {
    return sealed.person().equals(person)
        ? AesGcm.open(key, sealed.ciphertext(), bound())
            .map(text -> new String(text, StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private byte[] bound() {
    return person.value().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * By what something of the person is found without being read: HMAC-SHA-256 under a key that
   * comes of this one, so that none of them can be made once this one is destroyed.
   *
   * @param what that has indexes of its own
   */
  public byte[] index(String what, String text) {
    byte[] derived = mac(key.getEncoded(), "keyledger index of " + what);
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
