package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A verifier that can't ask, by a library that nobody of this project wrote. */
@Tag("stock")
@Needs({Tool.NODE, Tool.NODE_PACKAGES})
class StatusListTest {
  private static final int VALID = 0;
  private static final int INVALID = 1;

  @Test
  void aRevokedTokenIsInvalidInItsListAndALiveOneIsValid() {
    Organization organization = StockCluster.get().people().liveOrganization("standard");
    Member owner = StockCluster.get().people().join(organization, "owner");
    Client client = Client.createdBy(owner.api(), organization, "test", List.of());
    Client another = Client.createdBy(owner.api(), organization, "test", List.of());
    Answer listing =
        owner
            .api()
            .raw(
                "PATCH",
                organization.path() + "/policy",
                "application/merge-patch+json",
                "{\"tokens\":{\"status_list\":true}}");
    assertThat(listing.status()).as(listing.toString()).isEqualTo(200);
    String position = listing.header("Keyledger-Position");
    assertThat(position).isNotNull();

    try (Script verifier =
        Script.start("status-list.mjs", Map.of("ISSUER", StockCluster.issuer()))) {
      // Policy is in force wherever the token then comes from.
      await().atMost(Duration.ofSeconds(10)).until(() -> isListed(verifier, client));
      String live = client.token();
      String revoked = client.token();
      String ofRevokedKey = another.token();
      JsonNode said = verifier.ask(live);
      assertThat(said.path("status").asInt(-1)).as(said.toString()).isEqualTo(VALID);
      assertThat(said.path("type").asString()).isEqualTo("application/statuslist+jwt");
      assertThat(said.path("size").asInt()).isEqualTo(16_384);
      assertThat(said.path("ttl").asInt()).isEqualTo(30);
      assertThat(statusOf(verifier, revoked)).isEqualTo(VALID);
      assertThat(statusOf(verifier, ofRevokedKey)).isEqualTo(VALID);

      // Our own services follow, and take a token that names a list as any other.
      Member late = StockCluster.get().people().join(organization, "owner");
      assertThat(statusOf(verifier, late.token())).isEqualTo(VALID);
      assertThat(late.api().get(organization.path()).status()).isEqualTo(200);

      client.revoke(revoked);
      Answer ended =
          owner.api().post(organization.path() + "/keys/" + another.id() + "/revoke", Map.of());
      assertThat(ended.status()).as(ended.toString()).isEqualTo(200);

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() ->
              statusOf(verifier, revoked) == INVALID
                  && statusOf(verifier, ofRevokedKey) == INVALID);
      assertThat(statusOf(verifier, live)).isEqualTo(VALID);
      assertThat(verifier.ask(ForgedTokens.of(live).values().iterator().next()).has("error"))
          .isTrue();
    }
  }

  private static boolean isListed(Script verifier, Client client) {
    return !verifier.ask(client.token()).has("error");
  }

  private static int statusOf(Script verifier, String token) {
    return verifier.ask(token).path("status").asInt(-1);
  }
}
