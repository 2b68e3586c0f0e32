package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testing.People;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The published samples, by clients to whom the base URL alone is new. */
@Tag("stock")
@Needs(Tool.NODE)
class SdkTest {
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void incardsSdkExchangesItsKeyAgainAndAgain() {
    Organization company = live("incard");
    Client key = Client.createdBy(join(company, "owner").api(), company, "sandbox", List.of());
    assertThat(said("incard", Map.of("key", key.secret())))
        .isEqualTo(
            json(
                """
                {"first": {"status": 200, "fields": ["access_token", "expires_at"], "millis": true},
                 "second": {"status": 200, "fields": ["access_token", "expires_at"], "millis": true},
                 "companies": 200, "again": 200}
                """));
  }

  @Test
  void incrmsSdkSignsInRefreshesMakesAKeyAndLogsOut() {
    Member owner = join(live("incrm"), "owner");
    assertThat(said("incrm", Map.of("email", owner.email(), "password", People.PASSWORD)))
        .isEqualTo(
            json(
                """
                {"signIn": 200, "tokens": ["accessToken"], "refresh": 200, "made": 201, "prefix": true,
                 "scopes": ["clients.read", "creditNotes.read"], "millis": true, "clients": [200, 200],
                 "logout": 204, "after": 401011, "refreshAfter": 401012}
                """));
  }

  @Test
  void octopusCardssSdkLogsInAndRefreshes() {
    Organization account = live("octopus-cards");
    Client pair =
        Client.createdBy(StockCluster.get().people().operator(), account, "production", List.of());
    assertThat(said("octopus", Map.of("username", pair.id(), "password", pair.secret())))
        .isEqualTo(
            json(
                """
                {"login": 200, "fields": ["access_token", "refresh_token", "token_type", "expires_in"],
                 "products": 200, "refreshed": 200, "again": 200, "loginAgain": 200}
                """));
  }

  @Test
  void syncgramPaysSdkLogsInInTwoStepsAndManagesItsKey() {
    Member owner = join(live("syncgram-pay"), "owner");
    StockCluster.get().people().set(owner.email(), People.PASSWORD, People.TOTP_SECRET, false);
    assertThat(
            said(
                "syncgram",
                Map.of(
                    "email", owner.email(),
                    "password", People.PASSWORD,
                    "totp", People.TOTP_SECRET)))
        .isEqualTo(
            json(
                """
                {"login": 202, "tokens": 200, "refreshed": [200, 200], "made": 201,
                 "fields": ["api_key_id", "key", "key_name", "created_at", "expires_at"], "seconds": true,
                 "same": true, "payments": [200, 200], "revoked": "revoked", "dead": 401}
                """));
  }

  private static Organization live(String preset) {
    return StockCluster.get().people().liveOrganization(preset);
  }

  private static Member join(Organization organization, String role) {
    return StockCluster.get().people().join(organization, role);
  }

  /**
   * What the system's sample came to.
   *
   * @param given the credentials that its customer holds
   */
  private static JsonNode said(String system, Map<String, String> given) {
    return Script.run(
            "sdk.mjs",
            Map.of(
                "BASE_URL", StockCluster.issuer(),
                "NOW_MS", Long.toString(StockCluster.get().clock().millis()),
                "GIVEN", JSON.writeValueAsString(Map.of(system, given))))
        .path(system);
  }

  private static JsonNode json(String text) {
    return JSON.readTree(text);
  }
}
