package dev.keyledger.gateway.syncgram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.StubServer.Asked;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging in and refreshing at Syncgram Pay. */
class SyncgramSessionsTest extends SyncgramUnderTest {
  @Test
  void loginTakesTwoStepsAndTheFirstGivesNoTokens() throws Exception {
    HttpResponse<String> first =
        gateway.post("/api/v1/auth/login", "{\"email\":\"a\",\"password\":\"p\"}");
    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(first.body()).isEqualTo("{\"challenge\":\"klc_1\"}");
    HttpResponse<String> second =
        gateway.post("/api/v1/auth/login/verify", "{\"challenge\":\"klc_1\",\"code\":\"123456\"}");
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(TOKENS);
    Asked asked = gateway.token().last();
    assertThat(asked.body()).isEqualTo("{\"challenge\":\"klc_1\",\"code\":\"123456\"}");
    assertThat(asked.headers().get("Keyledger-Dialect")).containsExactly("syncgram-pay");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /api/v1/auth/login        | 202 | {"email":"a","password":"p","remember":true}
          /api/v1/auth/login/verify | 200 | {"challenge":"c","code":"1","remember":{"a":[null]}}
          /auth/refresh             | 200 | {"refresh_token":"klr_x","grant_type":"refresh_token"}
          /api/v1/auth/refresh      | 200 | {"refresh_token":"klr_x","grant_type":"refresh_token"}
          """)
  void whatShowsItsCredentialInItsBodyLooksAtNoHeaderAndPassesOverUnknownFields(
      String path, int status, String body) throws Exception {
    HttpResponse<String> answer =
        gateway.send(
            path,
            b ->
                b.headers(
                        "Content-Type", "application/json",
                        "Authorization", "Bearer sk_live_stale",
                        "X-Api-Key", "stale")
                    .POST(BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(gateway.token().last().headers()).doesNotContainKeys("Authorization", "X-api-key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/auth/refresh", "/api/v1/auth/refresh"})
  void refreshGivesANewPair(String path) throws Exception {
    HttpResponse<String> answer = gateway.post(path, "{\"refresh_token\":\"klr_old\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(TOKENS);
    assertThat(gateway.token().last().body()).isEqualTo("{\"refresh_token\":\"klr_old\"}");
  }

  @Test
  void whatCanBeNoRefreshTokenIsAnUnknownOne() throws Exception {
    gateway.token().answer(e -> StubServer.answer(e, 422, "{\"code\":\"invalid_field\"}"));
    assertRefused(
        gateway.post("/auth/refresh", "{\"refresh_token\":\"a.jwt.of_somebody\"}"),
        401,
        "Missing, invalid or expired credentials.");
  }

  @ParameterizedTest
  @CsvSource({
    "401, invalid_credentials,    401, Invalid email or password.",
    "401, no_organization,        401, Invalid email or password.",
    "401, invalid_challenge,      401, Invalid or expired challenge or code.",
    "401, invalid_code,           401, Invalid or expired challenge or code.",
    "401, refresh_token_reused,   401, 'Missing, invalid or expired credentials.'",
    "403, second_step_not_set_up, 403, Set up a second step before you sign in.",
    "403, organization_suspended, 403, The account or role does not permit this action.",
    "503, not_fresh,              503, The service cannot answer now.",
  })
  void aLoginThatIsRefused(int status, String code, int told, String detail) throws Exception {
    gateway.token().answer(e -> StubServer.answer(e, status, "{\"code\":\"%s\"}".formatted(code)));
    assertRefused(
        gateway.post("/api/v1/auth/login", "{\"email\":\"a\",\"password\":\"p\"}"), told, detail);
  }
}
