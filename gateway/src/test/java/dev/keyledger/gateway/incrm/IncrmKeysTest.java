package dev.keyledger.gateway.incrm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.StubServer.Asked;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Making keys at InCRM. */
class IncrmKeysTest extends IncrmUnderTest {
  @Test
  void aKeyIsShownAsPublished() throws Exception {
    HttpResponse<String> answer =
        create(
            "{\"name\":\"billing\",\"scopes\":[\"clients.read\",\"apiKeys.create\"],"
                + "\"expiresAt\":\"2027-01-01T00:00:00Z\"}");
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body())
        .isEqualTo(
            "{\"success\":true,\"data\":{\"id\":\"key_1\",\"name\":\"billing\","
                + "\"key\":\"incrm_aAbBcCdDeE\",\"keyPrefix\":\"incrm_aAbBcCd\","
                + "\"scopes\":[\"clients.read\",\"apiKeys.create\"],\"expiresAt\":null,"
                + "\"isActive\":true,\"createdAt\":\"2026-05-28T14:43:58.000Z\"}}");
    Asked asked = gateway.command().last();
    assertThat(asked.target()).isEqualTo("/v1/organizations/org_1/keys");
    assertThat(asked.body())
        .isEqualTo(
            "{\"name\":\"billing\",\"scopes\":[\"clients.read\",\"api_keys.create\"],"
                + "\"expires_at\":\"2027-01-01T00:00:00Z\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "403, forbidden,             401, 401014, Insufficient permissions for this action",
    "403, organization_suspended,403, 403000, Forbidden resource",
    "401, credential_revoked,    401, 401011, Access token not found in whitelist",
    "409, key_limit_reached,     409, 409000, Too many active API keys",
    "409, concurrent_change,     409, 409001, This cannot be done as things stand",
    "406, not_acceptable,        406, 406000, Answers are application/json",
    "429, creation_rate_exceeded,429, 429000, Too many requests",
    "422, invalid_field,         400, 400000, 'Invalid request: expiresAt: an end lies in the future'",
  })
  void aKeyThatIsNotMade(int status, String code, int told, int number, String message)
      throws Exception {
    gateway
        .command()
        .answer(e ->
            StubServer.answer(
                e,
                status,
                "{\"code\":\"%s\",\"field\":\"expires_at\",\"detail\":\"an end lies in the future\"}"
                    .formatted(code)));
    assertRefused(create("{\"name\":\"n\"}"), told, number, message);
  }

  @Test
  void aKeyMakesNoKeyHoweverGood() throws Exception {
    int before = gateway.command().asked().size();
    for (List<String> key :
        List.of(List.of("X-Api-Key", "incrm_x"), List.of("Authorization", "Bearer incrm_x"))) {
      assertRefused(
          gateway.send(
              API_KEY,
              b ->
                  b.headers("Content-Type", "application/json", key.get(0), key.get(1))
                      .POST(BodyPublishers.ofString("{\"name\":\"n\"}"))),
          401,
          401010,
          "Invalid access token");
    }
    assertThat(gateway.command().asked()).hasSize(before);
  }

  private static HttpResponse<String> create(String body) throws Exception {
    return gateway.send(
        API_KEY,
        b ->
            b.headers("Content-Type", "application/json", "Authorization", JWT)
                .POST(BodyPublishers.ofString(body)));
  }
}
