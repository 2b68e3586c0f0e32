package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.kit.keys.ServerKeys.Algorithm;
import dev.keyledger.testing.People.Organization;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** jose by the published key set, and oauth4webapi by RFC 9068, section 4. */
@Tag("stock")
@Needs({Tool.NODE, Tool.NODE_PACKAGES})
class JwtVerifierTest {
  @Test
  void aTokenIsVerifiedByIssuerAudienceAndTypeAndNoForgedOneIs() {
    Organization organization = StockCluster.get().people().liveOrganization("standard");
    String good = client(organization).token();

    try (Script verifier = verifier(Map.of())) {
      JsonNode said = verifier.ask(good);

      assertThat(said.at("/jose/header/typ").asString()).isEqualTo("at+jwt");
      assertThat(said.at("/jose/claims/iss").asString()).isEqualTo(StockCluster.issuer());
      assertThat(said.at("/jose/claims/org").asString()).isEqualTo(organization.id());
      assertThat(said.at("/rfc9068/claims")).isEqualTo(said.at("/jose/claims"));
      ForgedTokens.of(good)
          .forEach((how, forged) -> {
            JsonNode refused = verifier.ask(forged);
            assertThat(refused.at("/jose/good").asBoolean(true)).as(how).isFalse();
            assertThat(refused.at("/rfc9068/good").asBoolean(true)).as(how).isFalse();
          });
    }
    try (Script elsewhere = verifier(Map.of("AUDIENCE", "https://elsewhere.example"))) {
      JsonNode said = elsewhere.ask(good);
      assertThat(said.at("/jose/code").asString()).isEqualTo("ERR_JWT_CLAIM_VALIDATION_FAILED");
      assertThat(said.at("/rfc9068/good").asBoolean(true)).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void aRotationOfTheSigningKeysGoesUnnoticed(Algorithm algorithm) {
    Client client = client(StockCluster.get().people().liveOrganization("standard"));
    String before = client.token();
    // Fetched before there is a next key, it has to ask again when it meets one.
    try (Script early = verifier(Map.of("COOLDOWN_MS", "0"))) {
      assertGood(early.ask(before));
      var rotation = SigningKeyRotation.announce(algorithm);
      // Fetched while the next key is only announced, it never has to.
      try (Script late = verifier(Map.of("COOLDOWN_MS", "3600000"))) {
        assertGood(late.ask(before));
        String after = rotation.complete(client);

        assertGood(late.ask(after));
        assertGood(late.ask(before));
        // oauth4webapi keeps a key set for a minute, whatever it meets: so long is a rotation's
        // lead.
        assertThat(early.ask(after).at("/jose/good").asBoolean()).isTrue();
        assertGood(early.ask(before));
      }
    }
  }

  private static void assertGood(JsonNode said) {
    assertThat(said.at("/jose/good").asBoolean()).as(said.toString()).isTrue();
    assertThat(said.at("/rfc9068/good").asBoolean()).as(said.toString()).isTrue();
  }

  private static Script verifier(Map<String, String> more) {
    var environment = new TreeMap<String, String>();
    environment.put("ISSUER", StockCluster.issuer());
    environment.put("AUDIENCE", StockCluster.issuer());
    environment.putAll(more);
    Script verifier = Script.start("jwt-verifier.mjs", environment);
    assertThat(verifier.answer().at("/ready").asBoolean()).isTrue();
    return verifier;
  }

  private static Client client(Organization organization) {
    return Client.createdBy(
        StockCluster.get().people().join(organization, "owner").api(),
        organization,
        "test",
        List.of());
  }
}
