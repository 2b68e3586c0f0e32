package dev.keyledger.conformance.stock;

import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.services.Api;
import dev.keyledger.kit.keys.ServerKeySuccession;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Algorithm;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.testing.Cluster;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One signing key succeeds another, in the two steps of {@code ./keyledger keys rotate signing}.
 */
final class SigningKeyRotation {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ServerKeySuccession succession = new ServerKeySuccession(new SecureRandom());
  private final Cluster cluster = StockCluster.get();
  private final String next;

  private SigningKeyRotation(Algorithm algorithm) {
    ServerKeys announced = succession.withNextSigning(cluster.serverKeys(), algorithm);
    ServerKeySuccession.write(cluster.serverKeysFile(), announced);
    this.next =
        announced.all(Purpose.SIGNING).stream()
            .filter(key -> key.state() == ServerKeys.State.NEXT)
            .findFirst()
            .orElseThrow()
            .id();
    await("the next key is published")
        .atMost(PATIENCE)
        .until(() -> cluster.gateway().get("/.well-known/jwks.json").rawBody().contains(next));
  }

  /** Returns when the key set that is published has the next key. */
  static SigningKeyRotation announce(Algorithm algorithm) {
    return new SigningKeyRotation(algorithm);
  }

  /**
   * Returns a token of this client's that the next key has signed, and that is known everywhere.
   */
  String complete(Client client) {
    ServerKeySuccession.write(
        cluster.serverKeysFile(), succession.advanced(cluster.serverKeys(), Purpose.SIGNING));
    String token =
        await("the next key signs").atMost(PATIENCE).until(client::token, this::isSignedByNext);
    // Our services ask for the key set once in five seconds at most.
    await("our services know it").atMost(PATIENCE).until(() -> isAcceptedEverywhere(token));
    return token;
  }

  private boolean isAcceptedEverywhere(String token) {
    Api gateway = cluster.gateway().as(token);
    return Stream.of(
            gateway.post("/v1/organizations/nobody/keys", Map.of()),
            gateway.get("/v1/organizations/nobody"))
        .noneMatch(answer -> answer.status() == 401);
  }

  private boolean isSignedByNext(String token) {
    byte[] header = Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.')));
    return new String(header, StandardCharsets.UTF_8).contains("\"kid\":\"" + next + "\"");
  }
}
