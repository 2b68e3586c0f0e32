package dev.keyledger.gateway.syncgram;

import dev.keyledger.gateway.dialect.Body;
import dev.keyledger.gateway.dialect.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a creation asks for.
 *
 * @param asked the canonical body
 * @param idempotencyKey the canonical header
 * @param organization that the body names
 */
record NewKey(ObjectNode asked, Optional<String> idempotencyKey, Optional<String> organization) {
  private static final List<String> ENVIRONMENTS = List.of("live", "test");

  static NewKey of(Body body) {
    ObjectNode asked = Json.object().put("name", body.text("key_name"));
    body.optionalInteger("expires_in_days").ifPresent(days -> asked.put("expires_in_days", days));
    body.optionalText("env").ifPresent(env -> asked.put("environment", environment(env)));
    return new NewKey(
        asked,
        body.optionalText("idempotency_key").map(NewKey::header),
        body.optionalText("organization"));
  }

  private static String environment(String env) {
    if (!ENVIRONMENTS.contains(env)) {
      throw Body.invalid("env", "live or test");
    }
    return env;
  }

  /** Clients put any text into the body; a header takes little of it. */
  private static String header(String idempotencyKey) {
    if (idempotencyKey.isEmpty()) {
      throw Body.invalid("idempotency_key", "at least one character");
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(idempotencyKey.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
