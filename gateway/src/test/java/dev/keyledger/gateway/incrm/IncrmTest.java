package dev.keyledger.gateway.incrm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testkit.StubServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** InCRM's resource, and what its requests have in common. */
class IncrmTest extends IncrmUnderTest {
  @Test
  void theResourcesAnswerIsTheEnvelopesData() throws Exception {
    HttpResponse<String> answer = gateway.get(CLIENT, "X-Api-Key", "incrm_x");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo("{\"success\":true,\"data\":{\"client\":{\"slug\":\"x\"}}}");
    assertThat(gateway.token().last().target()).isEqualTo("/v1/authorize?scope=clients.read");
    assertThat(gateway.downstream().last().headers().getFirst("X-Api-Key")).isEqualTo("incrm_x");
  }

  @Test
  void headIsGetWithoutItsBody() throws Exception {
    HttpResponse<String> answer =
        gateway.send(
            CLIENT, b -> b.header("X-Api-Key", "incrm_x").method("HEAD", BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization, Bearer a.b.c,    401, malformed,              401010",
    "Authorization, Bearer a.b.c,    401, expired,                401010",
    "Authorization, Bearer a.b.c,    401, not_found,              401010",
    "Authorization, Bearer a.b.c,    401, multiple,               401010",
    "Authorization, Basic eDp5,      401, missing,                401010",
    "Authorization, Bearer a.b.c,    401, revoked,                401011",
    "Authorization, Bearer a.b.c,    401, key_suspended,          401011",
    "Authorization, Bearer a.b.c,    403, insufficient_scope,     401014",
    "Authorization, Bearer a.b.c,    401, member_removed,         401015",
    "Authorization, Bearer a.b.c,    403, no_organization,        401015",
    "Authorization, Bearer a.b.c,    403, organization_suspended, 403000",
    "X-Api-Key,     incrm_x,         401, expired,                401020",
    "Authorization, Bearer incrm_x,  401, expired,                401020",
    "X-Api-Key,     incrm_x,         401, revoked,                401021",
    "Authorization, bearer incrm_x,  401, revoked,                401021",
    "X-Api-Key,     incrm_x,         401, key_suspended,          401021",
    "X-Api-Key,     incrm_x,         401, malformed,              401022",
    "X-Api-Key,     incrm_x,         401, not_found,              401022",
    "X-Api-Key,     sk_live_x,       401, wrong_environment,      401022",
    "X-Api-Key,     incrm_x,         401, multiple,               401010",
    "X-Api-Key,     incrm_x,         403, insufficient_scope,     401014",
    "X-Api-Key,     incrm_x,         403, ip_not_allowed,         403000",
    "X-Api-Key,     incrm_x,         403, organization_suspended, 403000",
  })
  void everyVerdictHasItsNumber(String header, String value, int status, String reason, int code)
      throws Exception {
    refuse(status, reason);
    int before = gateway.downstream().asked().size();
    HttpResponse<String> answer = gateway.get(CLIENT, header, value);
    assertThat(answer.statusCode()).isEqualTo(code / 1000);
    assertThat(answer.body())
        .startsWith("{\"success\":false,\"error\":{\"code\":" + code + ",\"message\":\"");
    assertThat(gateway.downstream().asked()).hasSize(before);
  }

  @Test
  void withoutACredentialNobodyIsAsked() throws Exception {
    int before = gateway.token().asked().size();
    assertRefused(gateway.get(CLIENT), 401, 401010, "Invalid access token");
    assertRefused(logout("X-Custom", "1"), 401, 401010, "Invalid access token");
    assertThat(gateway.token().asked()).hasSize(before);
  }

  @Test
  void theOperatorHasNoBusiness() throws Exception {
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("X-Auth-Subject", "per_1");
          StubServer.answer(e, 200, "");
        });
    assertRefused(
        gateway.get(CLIENT, "Authorization", JWT), 401, 401015, "Business access required");
  }

  @Test
  void whatTheResourceRefusesIsAPermissionThatLacks() throws Exception {
    gateway.downstream().answer(e -> StubServer.answer(e, 403, "{\"code\":\"forbidden\"}"));
    assertRefused(
        gateway.get(CLIENT, "Authorization", JWT),
        401,
        401014,
        "Insufficient permissions for this action");
    gateway.downstream().answer(e -> e.close());
    assertRefused(gateway.get(CLIENT, "Authorization", JWT), 503, 503000, "Service unavailable");
  }

  @Test
  void whateverIsWrongWithARequestIsToldInTheEnvelope() throws Exception {
    assertRefused(gateway.get(CLIENT + "/1"), 404, 404000, "Resource not found");
    HttpResponse<String> wrongMethod = gateway.get(SIGN_IN);
    assertRefused(wrongMethod, 405, 405000, "Method not allowed");
    assertThat(wrongMethod.headers().firstValue("Allow")).contains("POST");
    assertRefused(
        gateway.post(SIGN_IN, "{\"email\":\"" + "x".repeat(70_000) + "\"}"),
        413,
        413000,
        "Request body too large");
    assertThat(gateway.post(SIGN_IN, "{\"email\":\"a\"}").body()).contains("\"code\":400000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x"
      })
  void whatAFormOfAnotherSiteCouldSendIsNoBody(String type) throws Exception {
    for (String path : List.of(SIGN_IN, REFRESH, LOGOUT)) {
      assertRefused(
          gateway.send(
              path,
              b ->
                  b.headers("Content-Type", type, "Cookie", "refreshToken=klr_x")
                      .POST(BodyPublishers.ofString("{\"email\":\"a\",\"password\":\"p\"}"))),
          415,
          415000,
          "Content type must be application/json");
    }
  }
}
