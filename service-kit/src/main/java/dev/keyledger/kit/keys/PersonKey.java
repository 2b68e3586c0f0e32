package dev.keyledger.kit.keys;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.PersonId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A person's data key: seals what is said of them in places that never forget. */
public final class PersonKey {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final PersonId person;
  private final SecretKeySpec key;

  /**
   * @param material 32 bytes
   */
  public PersonKey(PersonId person, byte[] material) {
    if (material.length != 32) {
      throw new IllegalArgumentException("a data key has 32 bytes");
    }
    this.person = person;
    this.key = new SecretKeySpec(material, "AES");
  }

  public SealedText seal(String text, SecureRandom random) {
    var nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(text.getBytes(StandardCharsets.UTF_8));
      var all = new byte[NONCE + sealed.length];
      System.arraycopy(nonce, 0, all, 0, NONCE);
      System.arraycopy(sealed, 0, all, NONCE, sealed.length);
      return new SealedText(person, Base64.getUrlEncoder().withoutPadding().encodeToString(all));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is part of every JDK", e);
    }
  }

  /** Empty when the text was not sealed under this key for this person. */
  public Optional<String> unseal(SealedText sealed) {
    if (!sealed.person().equals(person)) {
      return Optional.empty();
    }
    try {
      byte[] all = Base64.getUrlDecoder().decode(sealed.ciphertext());
      var nonce = java.util.Arrays.copyOf(all, NONCE);
      byte[] text = cipher(Cipher.DECRYPT_MODE, nonce).doFinal(all, NONCE, all.length - NONCE);
      return Optional.of(new String(text, StandardCharsets.UTF_8));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
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

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(person.value().getBytes(StandardCharsets.US_ASCII));
    return cipher;
  }
}
