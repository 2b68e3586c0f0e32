package dev.keyledger.kit.keys;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM as text: the nonce first, base64url without padding. */
final class AesGcm {
  static final int NONCE = 12;
  static final int KEY = 32;
  private static final int TAG_BITS = 128;

  private AesGcm() {}

  /**
   * @param material of which the first 32 bytes are the key
   */
  static SecretKey key(byte[] material) {
    return new SecretKeySpec(material, 0, KEY, "AES");
  }

  /**
   * @param nonce 12 bytes that this key seals nothing else under
   * @param bound what the text can't be opened without, in clear
   */
  static String seal(SecretKey key, byte[] nonce, byte[] text, byte[] bound) {
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, bound).doFinal(text);
      byte[] all = Arrays.copyOf(nonce, NONCE + sealed.length);
      System.arraycopy(sealed, 0, all, NONCE, sealed.length);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is part of every JDK", e);
    }
  }

  /** Empty when it was not sealed under this key for this. */
  static Optional<byte[]> open(SecretKey key, String sealed, byte[] bound) {
    try {
      byte[] all = Base64.getUrlDecoder().decode(sealed);
      if (all.length < NONCE) {
        return Optional.empty();
      }
      byte[] nonce = Arrays.copyOf(all, NONCE);
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, key, nonce, bound).doFinal(all, NONCE, all.length - NONCE));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] bound)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(bound);
    return cipher;
  }
}
