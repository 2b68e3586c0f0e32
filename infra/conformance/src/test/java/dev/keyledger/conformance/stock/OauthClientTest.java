package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testing.People;
import dev.keyledger.testing.People.Organization;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** openid-client, which knows nothing of us but the issuer (RFC 8414, 6749, 7662, 7009). */
@Tag("stock")
@Needs({Tool.NODE, Tool.NODE_PACKAGES})
class OauthClientTest {
  @ParameterizedTest
  @ValueSource(strings = {"basic", "post"})
  void aClientFindsEverythingAndGetsInspectsAndRevokesATokenByItself(String authentication) {
    Organization organization = StockCluster.get().people().liveOrganization("standard");
    Client client = keyOfAnOwner(organization);

    JsonNode said = Script.run("oauth-client.mjs", environment(client, authentication));

    assertThat(said.at("/metadata/issuer").asString()).isEqualTo(StockCluster.issuer());
    assertThat(said.at("/granted/token_type").asString()).isEqualTo("bearer");
    assertThat(said.at("/granted/expires_in").asInt()).isEqualTo(900);
    assertThat(said.at("/granted/scope").asString()).contains("clients.read");
    assertThat(said.at("/granted/has_refresh_token").asBoolean()).isFalse();
    assertThat(said.at("/introspected/active").asBoolean()).isTrue();
    assertThat(said.at("/introspected/client_id").asString()).isEqualTo(client.id());
    assertThat(said.at("/introspected/org").asString()).isEqualTo(organization.id());
    assertThat(said.at("/introspected_after_revocation").toString())
        .isEqualTo("{\"active\":false}");
    assertThat(said.at("/narrowed/scope").asString()).isEqualTo("clients.read");
    assertThat(said.at("/widened").toString())
        .isEqualTo("{\"refused\":\"invalid_scope\",\"status\":400}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic", "post"})
  void whereThePolicyGivesRefreshTokensOneIsGoodOnceAndItsTheftEndsTheFamily(
      String authentication) {
    People people = StockCluster.get().people();
    Organization organization = people.liveOrganization("octopus-cards");
    Client client = Client.createdBy(people.operator(), organization, "sandbox", List.of());

    JsonNode said = Script.run("oauth-client.mjs", environment(client, authentication));

    assertThat(said.at("/granted/has_refresh_token").asBoolean()).isTrue();
    assertThat(said.at("/refreshed/active").asBoolean()).isTrue();
    assertThat(said.at("/refreshed/env").asString()).isEqualTo("sandbox");
    assertThat(said.at("/answered_again").asBoolean()).as("a retry").isTrue();
    for (String dead :
        new String[] {
          "/refreshed_after_revocation", "/refreshed_twice", "/refreshed_after_theft"
        }) {
      assertThat(said.at(dead).toString())
          .as(dead)
          .isEqualTo("{\"refused\":\"invalid_grant\",\"status\":400}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic", "post"})
  void aClientWithAWrongSecretIsToldSoInAWayThatItsLibraryUnderstands(String authentication) {
    Organization organization = StockCluster.get().people().liveOrganization("standard");
    Client other = keyOfAnOwner(organization);
    Client wrong = new Client(keyOfAnOwner(organization).id(), other.secret());

    JsonNode said = Script.run("wrong-client.mjs", environment(wrong, authentication));

    assertThat(said)
        .allSatisfy(answer ->
            assertThat(answer.toString())
                .isEqualTo(
                    "{\"refused\":\"OAUTH_WWW_AUTHENTICATE_CHALLENGE\",\"status\":401,"
                        + "\"challenge\":\"basic\"}"))
        .hasSize(3);
  }

  private static Client keyOfAnOwner(Organization organization) {
    return Client.createdBy(
        StockCluster.get().people().join(organization, "owner").api(),
        organization,
        "test",
        List.of());
  }

  /** By the path of RFC 8414; all others here look where their library does by itself. */
  @Test
  void itsMetadataIsAlsoWhereOauthHasIt() {
    Organization organization = StockCluster.get().people().liveOrganization("standard");
    var environment = new TreeMap<>(environment(keyOfAnOwner(organization), "basic"));
    environment.put("DISCOVERY", "oauth2");

    assertThat(Script.run("oauth-client.mjs", environment).at("/introspected/active").asBoolean())
        .isTrue();
  }

  private static Map<String, String> environment(Client client, String authentication) {
    return Map.of(
        "ISSUER", StockCluster.issuer(),
        "CLIENT_ID", client.id(),
        "CLIENT_SECRET", client.secret(),
        "AUTHENTICATION", authentication);
  }
}
