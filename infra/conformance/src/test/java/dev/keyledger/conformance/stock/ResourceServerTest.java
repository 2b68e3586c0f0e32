package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.services.Api;
import dev.keyledger.kit.keys.ServerKeys.Algorithm;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spring Security's resource server, told of Keyledger by Spring Boot's own settings alone. */
@Tag("stock")
class ResourceServerTest {
  private static final String SETTINGS = "spring.security.oauth2.resourceserver.";

  @TempDir private Path folder;
  private Organization organization;
  private Member owner;

  @BeforeEach
  void register() {
    organization = StockCluster.get().people().liveOrganization("standard");
    owner = StockCluster.get().people().join(organization, "owner");
  }

  @Test
  void byIntrospectionATokenIsGoodUntilItIsRevoked() {
    Client verifier = key(List.of("keys.verify"));
    Client client = key(List.of());
    String token = client.token();
    String another = client.token();
    try (ResourceServer server = introspectingAs(verifier)) {
      assertThat(server.statusWith(token)).isEqualTo(200);
      assertThat(server.api().as(token).get("/clients").text("caller")).isEqualTo(client.id());
      assertThat(server.statusWith(client.secret())).as("a key used directly").isEqualTo(200);
      assertThat(server.statusWith(key(List.of("products.read")).token())).isEqualTo(403);
      assertRefusesForged(server, token);

      client.revoke(token);
      assertThat(server.statusWith(token)).isEqualTo(401);
      assertThat(server.statusWith(another)).isEqualTo(200);

      assertThat(
              owner
                  .api()
                  .post(organization.path() + "/keys/" + client.id() + "/revoke")
                  .node("receipt.in_force")
                  .asBoolean())
          .isTrue();
      assertThat(server.statusWith(another)).isEqualTo(401);
      assertThat(server.statusWith(client.secret())).isEqualTo(401);
    }
  }

  @Test
  void byIntrospectionNobodyLearnsOfAnotherOrganisationsTokens() {
    Organization other = StockCluster.get().people().liveOrganization("standard");
    Api stranger = StockCluster.get().people().join(other, "owner").api();
    try (ResourceServer server =
        introspectingAs(Client.createdBy(stranger, other, "test", List.of()))) {
      assertThat(server.statusWith(key(List.of()).token())).isEqualTo(401);
    }
  }

  /** Spring Security knows no Ed25519, so that this platform signs by ES256 from here on. */
  @Test
  void byTheKeySetATokenIsVerifiedWithoutAskingAnybody() {
    Client client = key(List.of());
    String token = SigningKeyRotation.announce(Algorithm.ES256).complete(client);
    try (ResourceServer server = verifyingFor(StockCluster.issuer())) {
      assertThat(server.statusWith(token)).isEqualTo(200);
      assertThat(server.api().as(token).get("/clients").text("caller")).isEqualTo(client.id());
      assertThat(server.statusWith(key(List.of("products.read")).token())).isEqualTo(403);
      assertRefusesForged(server, token);

      String after = SigningKeyRotation.announce(Algorithm.ES256).complete(client);
      assertThat(server.statusWith(after)).as("after a rotation").isEqualTo(200);
      assertThat(server.statusWith(token)).isEqualTo(200);
    }
  }

  @Test
  void byTheKeySetATokenForAnotherAudienceIsRefused() {
    Client client = key(List.of());
    String token = SigningKeyRotation.announce(Algorithm.ES256).complete(client);
    try (ResourceServer server = verifyingFor("https://elsewhere.example")) {
      assertThat(server.statusWith(token)).isEqualTo(401);
    }
  }

  @Nested
  @Needs(Tool.SPRING_BOOT_3)
  class OnBoot3 {
    /** The issuer alone, and the one line that its application has. */
    @Test
    void byTheIssuerAloneATokenIsVerified() {
      Client client = key(List.of());
      String token = SigningKeyRotation.announce(Algorithm.ES256).complete(client);
      try (ResourceServer server =
          ResourceServer.onBoot3(
              folder, Map.of(SETTINGS + "jwt.issuer-uri", StockCluster.issuer()))) {
        assertThat(server.statusWith(token)).isEqualTo(200);
        assertThat(server.api().as(token).get("/clients").text("caller")).isEqualTo(client.id());
        assertThat(server.statusWith(key(List.of("products.read")).token())).isEqualTo(403);
        assertRefusesForged(server, token);

        String after = SigningKeyRotation.announce(Algorithm.ES256).complete(client);
        assertThat(server.statusWith(after)).as("after a rotation").isEqualTo(200);
      }
    }
  }

  @Test
  void byTheIssuerAloneATokenIsVerified() {
    Client client = key(List.of());
    String token = SigningKeyRotation.announce(Algorithm.ES256).complete(client);
    try (ResourceServer server =
        ResourceServer.start(folder, Map.of(SETTINGS + "jwt.issuer-uri", StockCluster.issuer()))) {
      assertThat(server.statusWith(token)).isEqualTo(200);
      assertRefusesForged(server, token);
    }
  }

  private ResourceServer verifyingFor(String audience) {
    String jwt = SETTINGS + "jwt.";
    return ResourceServer.start(
        folder,
        Map.of(jwt + "issuer-uri", StockCluster.issuer(), jwt + "audiences", List.of(audience)));
  }

  private ResourceServer introspectingAs(Client verifier) {
    String opaque = SETTINGS + "opaquetoken.";
    return ResourceServer.start(
        folder,
        Map.of(
            opaque + "introspection-uri", StockCluster.issuer() + "/oauth2/introspect",
            opaque + "client-id", verifier.id(),
            opaque + "client-secret", verifier.secret()));
  }

  private static void assertRefusesForged(ResourceServer server, String good) {
    ForgedTokens.of(good)
        .forEach((how, forged) -> assertThat(server.statusWith(forged)).as(how).isEqualTo(401));
  }

  private Client key(List<String> scopes) {
    return Client.createdBy(owner.api(), organization, "test", scopes);
  }
}
