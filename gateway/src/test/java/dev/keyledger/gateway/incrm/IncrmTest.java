package dev.keyledger.gateway.incrm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.keyledger.gateway.GatewayUnderTest;
import dev.keyledger.gateway.StubUpstream;
import dev.keyledger.gateway.StubUpstream.Reached;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** InCRM in front of services that are stubs. */
class IncrmTest {
  private static final String SIGN_IN = "/api/v1/auth/sign-in";
  private static final String REFRESH = "/api/v1/auth/token/refresh";
  private static final String LOGOUT = "/api/v1/auth/logout";
  private static final String API_KEY = "/api/v1/api-key";
  private static final String CLIENT = "/api/v1/client";
  private static final String JWT = "Bearer eyJhbGciOiJFZERTQSJ9.e30.c2ln";
  private static final String TOKENS =
      "{\"access_token\":\"a.b.c\",\"refresh_token\":\"klr_x\",\"refresh_expires_in\":86400}";

  private static GatewayUnderTest gateway;

  @BeforeAll
  static void start() {
    gateway = GatewayUnderTest.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @BeforeEach
  void everythingIsGood() {
    gateway.token().answer(IncrmTest::good);
    gateway
        .command()
        .answer(e ->
            StubUpstream.respond(
                e,
                201,
                """
                {"key":{"id":"key_1","name":"billing","prefix":"incrm_aAbBcCd","environment":"live",
                 "scopes":["clients.read","api_keys.create"],"status":"active","created_by":"mem_1",
                 "created_at":"2026-05-28T14:43:58.000Z","expires_at":null,"last_used_at":null,"secrets":[]},
                 "secret":"incrm_aAbBcCdDeE"}
                """));
    gateway.downstream().answer(e -> StubUpstream.respond(e, 200, "{\"client\":{\"slug\":\"x\"}}"));
  }

  private static void good(HttpExchange e) throws IOException {
    switch (e.getRequestURI().getPath()) {
      case "/v1/sessions" -> StubUpstream.respond(e, 201, TOKENS);
      case "/v1/sessions/refresh" -> StubUpstream.respond(e, 200, TOKENS);
      case "/v1/sessions/current" -> {
        e.getResponseHeaders().set("Keyledger-In-Force", "true");
        StubUpstream.respond(e, 204, "");
      }
      default -> {
        e.getResponseHeaders().set("X-Auth-Organization", "org_1");
        e.getResponseHeaders().set("X-Auth-Subject", "per_1");
        StubUpstream.respond(e, 200, "");
      }
    }
  }

  private static void refuse(int status, String reason) {
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("Keyledger-Reason", reason);
          StubUpstream.respond(e, status, "{\"code\":\"invalid_credential\"}");
        });
  }

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
    Reached reached = gateway.token().last();
    assertThat(reached.uri()).isEqualTo("/v1/sessions");
    assertThat(text(reached)).isEqualTo("{\"email\":\"a@b.example\",\"password\":\"p\"}");
    assertThat(reached.headers().get("Keyledger-Dialect")).containsExactly("incrm");
  }

  private static List<String> cookieOf(HttpResponse<String> answer) {
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    return List.of(cookie.split("; ")).stream().filter(p -> !p.startsWith("Expires=")).toList();
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
      elsewhere.token().answer(IncrmTest::good);
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
    assertThat(text(gateway.token().last())).isEqualTo("{\"refresh_token\":\"klr_old\"}");
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
    int before = gateway.token().reached().size();
    assertRefused(refresh("refreshToken=" + value), 401, 401013, "Invalid refresh token");
    assertThat(gateway.token().reached()).hasSize(before);
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
    assertThat(text(gateway.token().last())).isEqualTo("{\"refresh_token\":\"klr_old\"}");
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
    Reached reached = gateway.token().last();
    assertThat(reached.method() + " " + reached.uri()).isEqualTo("DELETE /v1/sessions/current");
    assertThat(reached.headers().getFirst("Prefer")).isEqualTo("wait=10");
    assertThat(reached.headers().getFirst("Authorization")).isEqualTo(JWT);
  }

  @Test
  void aLogoutThatIsNotInForceYetDoesNotSayItIs() throws Exception {
    gateway
        .token()
        .answer(e -> {
          if (e.getRequestMethod().equals("DELETE")) {
            e.getResponseHeaders().set("Keyledger-In-Force", "false");
            StubUpstream.respond(e, 204, "");
          } else {
            good(e);
          }
        });
    HttpResponse<String> answer = logout("Authorization", JWT);
    assertRefused(answer, 503, 503000, "Service unavailable");
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
  }

  private static HttpResponse<String> logout(String... headers) throws Exception {
    return gateway.send(LOGOUT, b -> b.headers(headers).POST(BodyPublishers.noBody()));
  }

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
    Reached reached = gateway.command().last();
    assertThat(reached.uri()).isEqualTo("/v1/organizations/org_1/keys");
    assertThat(text(reached))
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
            StubUpstream.respond(
                e,
                status,
                "{\"code\":\"%s\",\"field\":\"expires_at\",\"detail\":\"an end lies in the future\"}"
                    .formatted(code)));
    assertRefused(create("{\"name\":\"n\"}"), told, number, message);
  }

  @Test
  void aKeyMakesNoKeyHoweverGood() throws Exception {
    int before = gateway.command().reached().size();
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
    assertThat(gateway.command().reached()).hasSize(before);
  }

  private static HttpResponse<String> create(String body) throws Exception {
    return gateway.send(
        API_KEY,
        b ->
            b.headers("Content-Type", "application/json", "Authorization", JWT)
                .POST(BodyPublishers.ofString(body)));
  }

  @Test
  void theResourcesAnswerIsTheEnvelopesData() throws Exception {
    HttpResponse<String> answer = gateway.get(CLIENT, "X-Api-Key", "incrm_x");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo("{\"success\":true,\"data\":{\"client\":{\"slug\":\"x\"}}}");
    assertThat(gateway.token().last().uri()).isEqualTo("/v1/authorize?scope=clients.read");
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
    "Authorization, Bearer a.b.c,    403, insufficient_scope,     401014",
    "Authorization, Bearer a.b.c,    401, member_removed,         401015",
    "Authorization, Bearer a.b.c,    403, no_organization,        401015",
    "Authorization, Bearer a.b.c,    403, organization_suspended, 403000",
    "X-Api-Key,     incrm_x,         401, expired,                401020",
    "Authorization, Bearer incrm_x,  401, expired,                401020",
    "X-Api-Key,     incrm_x,         401, revoked,                401021",
    "Authorization, bearer incrm_x,  401, revoked,                401021",
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
    int before = gateway.downstream().reached().size();
    HttpResponse<String> answer = gateway.get(CLIENT, header, value);
    assertThat(answer.statusCode()).isEqualTo(code / 1000);
    assertThat(answer.body())
        .startsWith("{\"success\":false,\"error\":{\"code\":" + code + ",\"message\":\"");
    assertThat(gateway.downstream().reached()).hasSize(before);
  }

  @Test
  void withoutACredentialNobodyIsAsked() throws Exception {
    int before = gateway.token().reached().size();
    assertRefused(gateway.get(CLIENT), 401, 401010, "Invalid access token");
    assertRefused(logout("X-Custom", "1"), 401, 401010, "Invalid access token");
    assertThat(gateway.token().reached()).hasSize(before);
  }

  @Test
  void theOperatorHasNoBusiness() throws Exception {
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("X-Auth-Subject", "per_1");
          StubUpstream.respond(e, 200, "");
        });
    assertRefused(
        gateway.get(CLIENT, "Authorization", JWT), 401, 401015, "Business access required");
  }

  @Test
  void whatTheResourceRefusesIsAPermissionThatLacks() throws Exception {
    gateway.downstream().answer(e -> StubUpstream.respond(e, 403, "{\"code\":\"forbidden\"}"));
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

  private static void assertRefused(
      HttpResponse<String> answer, int status, int code, String message) {
    assertThat(answer.body())
        .isEqualTo(
            "{\"success\":false,\"error\":{\"code\":%d,\"message\":\"%s\"}}"
                .formatted(code, message));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.headers().firstValue("Keyledger-Reason")).isEmpty();
  }

  private static String text(Reached reached) {
    return new String(reached.body(), StandardCharsets.UTF_8);
  }
}
