package dev.keyledger.conformance.stock;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an attacker makes of a good token without having a signing key. */
final class ForgedTokens {
  private ForgedTokens() {}

  /** By what was done to each. */
  static Map<String, String> of(String good) {
    String[] parts = good.split("\\.");
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    String grasping = encoded(claims.replace("\"scope\":\"", "\"scope\":\"planets.destroy "));
    var forged = new LinkedHashMap<String, String>();
    forged.put("more scope", parts[0] + "." + grasping + "." + parts[2]);
    forged.put(
        "no algorithm", encoded("{\"alg\":\"none\",\"typ\":\"at+jwt\"}") + "." + grasping + ".");
    forged.put(
        "a stranger's signature",
        parts[0] + "." + grasping + "." + strangersSignature(parts[0] + "." + grasping));
    forged.put("no signature", parts[0] + "." + parts[1] + ".");
    return forged;
  }

  private static String strangersSignature(String text) {
    try {
      var signature = Signature.getInstance("Ed25519");
      signature.initSign(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK knows Ed25519", e);
    }
  }

  private static String encoded(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
