package dev.keyledger.command.idempotency;

import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What one server key and one client's key make together. The database holds neither, so from it
 * alone no answer can be read and no client's key be tried.
 */
final class AnswerKeys {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final byte[] material;
  private final ClientKey client;

  AnswerKeys(ServerKey server, ClientKey client) {
    this.material = server.revealMaterial();
    this.client = client;
  }

  /** By what the row is found. */
  byte[] lookup() {
    return hmac("lookup", client.text().getBytes(StandardCharsets.UTF_8));
  }

  /** By what another request is told from the same one. */
  byte[] requestDigest() {
    return hmac("request", client.request());
  }

  /** Nonce first. */
  byte[] seal(byte[] answer, SecureRandom random) {
    var nonce = new byte[NONCE];
    random.nextBytes(nonce);
    var sealed = new ByteArrayOutputStream();
    sealed.writeBytes(nonce);
    sealed.writeBytes(apply(Cipher.ENCRYPT_MODE, nonce, answer, 0));
    return sealed.toByteArray();
  }

  /**
   * @throws IllegalStateException for a row that was tampered with
   */
  byte[] open(byte[] sealed) {
    return apply(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE), sealed, NONCE);
  }

  private byte[] apply(int mode, byte[] nonce, byte[] text, int from) {
    byte[] key = hmac("answer", client.text().getBytes(StandardCharsets.UTF_8));
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(scope("answer"));
      return cipher.doFinal(text, from, text.length - from);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a remembered answer cannot be opened", e);
    }
  }

  private byte[] hmac(String purpose, byte[] text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(material, "HmacSHA256"));
      mac.update(scope(purpose));
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 is part of every JDK", e);
    }
  }

  // None of the parts can hold a zero byte, so no two scopes read alike.
  private byte[] scope(String purpose) {
    return String.join(
            "\0",
            "keyledger idempotency",
            purpose,
            client.organization().value(),
            client.caller().value(),
            client.operation(),
            "")
        .getBytes(StandardCharsets.UTF_8);
  }
}
