package dev.keyledger.token.enforcement.tokens;

import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The signing and sealing keys of one state of the server keys. AES stays with the JDK. */
final class TokenKeys {
  private final Map<String, SigningKey> signers = new LinkedHashMap<>();
  private final SigningKey currentSigner;
  private final Map<String, Object> jwks;
  private final String currentSealId;
  private final Map<String, SecretKey> seals = new LinkedHashMap<>();

  TokenKeys(ServerKeys keys) {
    for (ServerKey key : keys.all(Purpose.SIGNING)) {
      signers.put(key.id(), SigningKey.of(key));
    }
    for (ServerKey key : keys.all(Purpose.TOKEN_ENCRYPTION)) {
      // Longer material than a key of AES-256 takes is cut to it.
      seals.put(key.id(), new SecretKeySpec(key.revealMaterial(), 0, 32, "AES"));
    }
    currentSigner = Objects.requireNonNull(signers.get(keys.current(Purpose.SIGNING).id()));
    jwks = Map.of("keys", signers.values().stream().map(SigningKey::jwk).toList());
    currentSealId = keys.current(Purpose.TOKEN_ENCRYPTION).id();
  }

  SigningKey currentSigner() {
    return currentSigner;
  }

  @Nullable SigningKey signer(@Nullable String id) {
    return id == null ? null : signers.get(id);
  }

  String currentSealId() {
    return currentSealId;
  }

  SecretKey currentSeal() {
    return Objects.requireNonNull(seals.get(currentSealId));
  }

  @Nullable SecretKey seal(@Nullable String id) {
    return id == null ? null : seals.get(id);
  }

  /**
   * RFC 7517: the public keys of current, next and retired signing keys, so that verifiers know a
   * key before it signs and for as long as what it signed may live.
   */
  Map<String, Object> jwks() {
    return jwks;
  }
}
