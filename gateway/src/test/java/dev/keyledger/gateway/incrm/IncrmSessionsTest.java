package dev.keyledger.gateway.incrm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.gateway.GatewayUnderTest;
import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.StubServer.Asked;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in, refreshing and logging out at InCRM. */
class IncrmSessionsTest extends IncrmUnderTest {
  @Test
  void signInGivesTheAccessTokenInTheBodyAndTheRefreshTokenInACookie() throws Exception {
    HttpResponse<String> answer =
        gateway.post(SIGN_IN, "{\"email\":\"a@b.example\",\"password\":\"p\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"success\":true,\"data\":{\"accessToken\":\"a.b.c\"}}");
    assertThat(cookieOf(answer))
        .containsExactlyInAnyOrder(
            "refreshToken=klr_x",
            "Path=" + REFRESH,
            "Max-Age=86400",
            "HttpOnly",
            "SameSite=None",
            "Secure",
            "Partitioned");
    Asked asked = gateway.token().last();
    assertThat(asked.target()).isEqualTo("/v1/sessions");
    assertThat(asked.body()).isEqualTo("{\"email\":\"a@b.example\",\"password\":\"p\"}");
    assertThat(asked.headers().get("Keyledger-Dialect")).containsExactly("incrm");
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8080, http://localhost:3000,   http,  localhost:8080,  Strict",
    "http://localhost:8080, '',                      http,  10.0.0.1:8080,   Strict Secure",
    "http://localhost:8080, http://127.0.0.1:3000,   http,  localhost:8080,  None Secure",
    "https://crm.example,   https://app.crm.example, http,  localhost:8080,  Strict Secure",
    "https://crm.example,   https://app.crm.example, https, api.crm.example, Strict Secure",
    "https://crm.example,   'https://crm.example,https://another.example', https, crm.example, None Secure",
  })
  void theCookieGoesAlongFromListedPagesAndIsSecureOutsideOfLocalhost(
      String issuer, String origins, String scheme, String host, String expected) throws Exception {
    String body = "{\"email\":\"a@b.example\",\"password\":\"p\"}";
    String head =
        "POST %s HTTP/1.1\r\nHost: %s\r\nX-Forwarded-Proto: %s\r\n"
            + "Content-Type: application/json\r\nContent-Length: %d\r\n";
    try (var elsewhere =
        GatewayUnderTest.startWith(
            "--keyledger.issuer=" + issuer,
            "--keyledger.gateway.incrm.origins=" + origins,
            "--keyledger.trusted-proxies=127.0.0.1/32")) {
      elsewhere.token().answer(IncrmUnderTest::good);
      String answer = elsewhere.raw(head.formatted(SIGN_IN, host, scheme, body.length()), body);
      assertThat(answer).contains("refreshToken=klr_x", "SameSite=" + expected.split(" ")[0]);
      assertThat(answer.contains("; Secure")).as(answer).isEqualTo(expected.endsWith(" Secure"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401, invalid_credentials,     401, 401001, Invalid credentials",
    "401, no_organization,         401, 401015, Business access required",
    "403, organization_suspended,  403, 403000, Forbidden resource",
    "403, ip_not_allowed,          403, 403000, Forbidden resource",
    "403, second_step_not_set_up,  403, 403000, Forbidden resource",
    "202, '',                      403, 403000, Forbidden resource",
    "503, not_fresh,               503, 503000, Service unavailable",
    "500, internal,                500, 500000, Internal error",
  })
  void aSignInThatIsRefused(int status, String reason, int told, int code, String message)
      throws Exception {
    refuse(status, reason);
    assertRefused(
        gateway.post(SIGN_IN, "{\"email\":\"a\",\"password\":\"p\"}"), told, code, message);
  }

  @Test
  void refreshTakesTheCookieAndGivesANewOne() throws Exception {
    HttpResponse<String> answer = refresh("refreshToken=klr_old");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"success\":true,\"data\":{\"accessToken\":\"a.b.c\"}}");
    assertThat(cookieOf(answer)).contains("refreshToken=klr_x", "HttpOnly", "SameSite=None");
    assertThat(gateway.token().last().body()).isEqualTo("{\"refresh_token\":\"klr_old\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"other=1", "refreshToken=", "refreshToken=klr_a; refreshToken=klr_b"})
  void withoutExactlyOneCookieNothingIsRefreshed(String cookie) throws Exception {
    assertRefused(refresh(cookie), 401, 401012, "Refresh token not found in whitelist");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "incrm_anything",
        "kl_live_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX",
        "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
        "eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVydGV4dA.dGFn"
      })
  void anotherKindOfCredentialInTheCookieIsSaidToBe(String value) throws Exception {
    int before = gateway.token().asked().size();
    assertRefused(refresh("refreshToken=" + value), 401, 401013, "Invalid refresh token");
    assertThat(gateway.token().asked()).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"not_found", "expired", "revoked", "malformed"})
  void whateverIsWrongWithARefreshTokenItIsNotInTheWhitelist(String reason) throws Exception {
    refuse(401, reason);
    assertRefused(
        refresh("refreshToken=klr_x"), 401, 401012, "Refresh token not found in whitelist");
  }

  @Test
  void aRefreshOfSomebodyWhoseBusinessIsGoneSaysSo() throws Exception {
    refuse(401, "member_removed");
    assertRefused(refresh("refreshToken=klr_x"), 401, 401015, "Business access required");
  }

  @Test
  void signInAndRefreshLookAtNoHeaderAndPassOverUnknownFields() throws Exception {
    for (String path : List.of(SIGN_IN, REFRESH)) {
      HttpResponse<String> answer =
          gateway.send(
              path,
              b ->
                  b.headers(
                          "Content-Type", "application/json",
                          "Authorization", JWT,
                          "X-Api-Key", "incrm_x",
                          "Cookie", "refreshToken=klr_old")
                      .POST(
                          BodyPublishers.ofString(
                              "{\"email\":\"a\",\"password\":\"p\",\"rememberMe\":true,"
                                  + "\"device\":{\"os\":[null]}}")));
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(gateway.token().last().headers())
          .doesNotContainKeys("Authorization", "X-api-key", "Cookie");
    }
    assertThat(gateway.token().last().body()).isEqualTo("{\"refresh_token\":\"klr_old\"}");
  }

  @Test
  void whatCanBeNoRefreshTokenIsAnUnknownOne() throws Exception {
    refuse(422, "invalid_field");
    assertRefused(
        refresh("refreshToken=" + "x".repeat(1025)),
        401,
        401012,
        "Refresh token not found in whitelist");
  }

  private static HttpResponse<String> refresh(String cookie) throws Exception {
    return gateway.send(REFRESH, b -> b.header("Cookie", cookie).POST(BodyPublishers.noBody()));
  }

  @Test
  void aRefreshTokenInTheBodyIsNoWayToRefresh() throws Exception {
    HttpResponse<String> answer = gateway.post(REFRESH, "{\"refreshToken\":\"klr_x\"}");
    assertRefused(answer, 401, 401012, "Refresh token not found in whitelist");
  }

  @Test
  void logoutWaitsUntilItIsInForceAndClearsTheCookie() throws Exception {
    HttpResponse<String> answer = logout("Authorization", JWT);
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(cookieOf(answer)).contains("refreshToken=", "Max-Age=0", "Path=" + REFRESH);
    Asked asked = gateway.token().last();
    assertThat(asked.method() + " " + asked.target()).isEqualTo("DELETE /v1/sessions/current");
    assertThat(asked.headers().getFirst("Prefer")).isEqualTo("wait=10");
    assertThat(asked.headers().getFirst("Authorization")).isEqualTo(JWT);
  }

  @Test
  void aLogoutThatIsNotInForceYetDoesNotSayItIs() throws Exception {
    gateway
        .token()
        .answer(e -> {
          if (e.getRequestMethod().equals("DELETE")) {
            e.getResponseHeaders().set("Keyledger-In-Force", "false");
            StubServer.answer(e, 204, "");
          } else {
            good(e);
          }
        });
    HttpResponse<String> answer = logout("Authorization", JWT);
    assertRefused(answer, 503, 503000, "Service unavailable");
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
  }
}
