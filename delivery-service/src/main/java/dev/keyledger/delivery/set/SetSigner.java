package dev.keyledger.delivery.set;

import dev.keyledger.kit.keys.SecurityEventKey;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Signs security event tokens, RS256, by a server key of their own purpose: nothing else is signed
 * by it, and access tokens are verified by no such key.
 */
@Component
public final class SetSigner {
  private record InUse(ServerKeys keys, SecurityEventKey current, List<SecurityEventKey> all) {}

  private final Supplier<ServerKeys> serverKeys;
  private volatile InUse inUse;

  public SetSigner(Supplier<ServerKeys> serverKeys) {
    this.serverKeys = serverKeys;
    this.inUse = of(serverKeys.get());
  }

  private static InUse of(ServerKeys keys) {
    return new InUse(
        keys,
        SecurityEventKey.of(keys.current(Purpose.SECURITY_EVENTS)),
        keys.all(Purpose.SECURITY_EVENTS).stream().map(SecurityEventKey::of).toList());
  }

  private InUse inUse() {
    ServerKeys now = serverKeys.get();
    InUse known = inUse;
    if (!known.keys().equals(now)) {
      known = of(now);
      inUse = known;
    }
    return known;
  }

  /** In compact form; the same claims and the same key make the same token. */
  public String sign(byte[] claims) {
    SecurityEventKey key = inUse().current();
    String head = "{\"typ\":\"secevent+jwt\",\"alg\":\"RS256\",\"kid\":\"" + key.id() + "\"}";
    String signed = base64(head.getBytes(StandardCharsets.US_ASCII)) + "." + base64(claims);
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key.privateKey());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("RSA is part of every JDK", e);
    }
  }

  /** Of the key that signs now. */
  public String currentId() {
    return inUse().current().id();
  }

  /** RFC 7517: the public keys of current, next and retired ones. */
  public Map<String, Object> jwks() {
    return Map.of("keys", inUse().all().stream().map(SecurityEventKey::jwk).toList());
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
