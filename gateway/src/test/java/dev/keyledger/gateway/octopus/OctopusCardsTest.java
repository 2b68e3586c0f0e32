package dev.keyledger.gateway.octopus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.gateway.GatewayUnderTest;
import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.StubServer.Asked;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class OctopusCardsTest {
  private static final String USERNAME = "key_01890a5d-ac96-774b-bcce-b302099a8057";
  private static final String PASSWORD = "oc_sandbox_nobody-may-read-this";
  private static final String PAIR =
      "{\"username\":\"" + USERNAME + "\",\"password\":\"" + PASSWORD + "\"}";

  private static GatewayUnderTest gateway;

  @BeforeAll
  static void start() {
    gateway = GatewayUnderTest.shared();
  }

  @BeforeEach
  void answerByName() {
    gateway.answerByName();
  }

  @Test
  void aPairLogsInForAPairOfTokens(CapturedOutput output) throws Exception {
    answerTokens();
    HttpResponse<String> answer = gateway.post("/auth/login", PAIR);
    assertTokens(answer);
    Asked asked = gateway.token().last();
    assertThat(asked.method() + " " + asked.target()).isEqualTo("POST /v1/tokens");
    assertThat(new String(asked.body()))
        .isEqualTo("{\"key_id\":\"" + USERNAME + "\",\"secret\":\"" + PASSWORD + "\"}");
    assertThat(asked.headers().get("Keyledger-Dialect")).containsExactly("octopus-cards");
    assertThat(output).doesNotContain(PASSWORD).doesNotContain(USERNAME);
  }

  @Test
  void aRefreshTokenIsExchangedForTheNextPair(CapturedOutput output) throws Exception {
    answerTokens();
    assertTokens(gateway.post("/auth/login/refresh", "{\"refresh_token\":\"klrt_a+b\"}"));
    Asked asked = gateway.token().last();
    assertThat(asked.method() + " " + asked.target()).isEqualTo("POST /oauth2/token");
    assertThat(asked.headers().get("Content-Type"))
        .containsExactly("application/x-www-form-urlencoded");
    assertThat(new String(asked.body()).split("&"))
        .containsExactlyInAnyOrder("grant_type=refresh_token", "refresh_token=klrt_a%2Bb");
    assertThat(output).doesNotContain("klrt_a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/auth/login", "/auth/login/refresh"})
  void aHeaderBesideTheBodyAndOtherFieldsCountForNothing(String path) throws Exception {
    answerTokens();
    assertTokens(
        gateway.send(
            path,
            b ->
                b.headers(
                        "Content-Type", "application/json",
                        "Authorization", "Bearer stale",
                        "X-Api-Key", "stale")
                    .POST(
                        BodyPublishers.ofString(
                            PAIR.replace("}", ",\"refresh_token\":\"klrt_x\",\"more\":[{}]}")))));
    assertThat(gateway.token().last().headers()).doesNotContainKeys("Authorization", "X-api-key");
  }

  @ParameterizedTest
  @CsvSource({
    "401, not_found, 401, UnauthorizedError, UNAUTHORIZED, Invalid credentials",
    "401, revoked, 401, UnauthorizedError, UNAUTHORIZED, Invalid credentials",
    "401, key_suspended, 401, UnauthorizedError, UNAUTHORIZED, Invalid credentials",
    "401, wrong_environment, 401, UnauthorizedError, UNAUTHORIZED, Invalid credentials",
    "401, multiple, 401, UnauthorizedError, UNAUTHORIZED, Invalid credentials",
    "401, ip_not_allowed, 403, ForbiddenError, FORBIDDEN, IP address not authorized",
    "403, ip_not_allowed, 403, ForbiddenError, FORBIDDEN, IP address not authorized",
    "403, organization_suspended, 403, ForbiddenError, FORBIDDEN, Client account is suspended",
    "403, insufficient_scope, 403, ForbiddenError, FORBIDDEN, Access denied",
    "503, '', 503, ServiceUnavailableError, SERVICE_UNAVAILABLE, told",
    "500, '', 500, InternalServerError, INTERNAL_SERVER_ERROR, told",
  })
  void aRefusalHasOneShape(
      int status, String reason, int told, String name, String code, String message)
      throws Exception {
    refuse(status, reason);
    String error =
        "{\"error\":{\"name\":\"%s\",\"code\":\"%s\",\"message\":\"%s\"}}"
            .formatted(name, code, message);
    assertRefused(gateway.post("/auth/login", PAIR), told, error);
    assertRefused(gateway.get("/api/v1/products", "Authorization", "Bearer t"), told, error);
    refuse(status == 401 ? 400 : status, reason);
    assertRefused(
        gateway.post("/auth/login/refresh", "{\"refresh_token\":\"klrt_x\"}"), told, error);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /auth/login, text/plain, 415, UnsupportedMediaTypeError",
    "POST, /auth/login, application/json, 400, BadRequestError",
    "PUT, /auth/login, application/json, 405, MethodNotAllowedError",
    "POST, /auth/login/other, application/json, 404, NotFoundError",
    "GET, /auth/login/refresh, application/json, 405, MethodNotAllowedError",
    "GET, /api/v1/products/7, application/json, 404, NotFoundError",
  })
  void whatIsWrongWithARequestIsToldInTheSameShape(
      String method, String path, String type, int status, String name) throws Exception {
    HttpResponse<String> answer =
        gateway.send(
            path, b -> b.header("Content-Type", type).method(method, BodyPublishers.ofString("{")));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).startsWith("{\"error\":{\"name\":\"" + name + "\",\"code\":\"");
  }

  @Test
  void aResourceAnswersWhoeverIsAuthorized() throws Exception {
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("X-Auth-Subject", "key_1");
          StubServer.answer(e, 200, "");
        });
    gateway.downstream().answer(e -> StubServer.answer(e, 200, "{\"products\":[]}"));
    assertThat(gateway.get("/api/v1/products", "Authorization", "Bearer t").body())
        .isEqualTo("{\"products\":[]}");
    gateway.downstream().answer(e -> StubServer.answer(e, 403, "{}"));
    assertRefused(
        gateway.get("/api/v1/products", "Authorization", "Bearer t"),
        403,
        "{\"error\":{\"name\":\"ForbiddenError\",\"code\":\"FORBIDDEN\","
            + "\"message\":\"Access denied\"}}");
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String error) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(error);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
  }

  private static void answerTokens() {
    gateway
        .token()
        .answer(e ->
            StubServer.answer(
                e,
                200,
                """
                {"access_token":"a.b.c","token_type":"Bearer","expires_in":3600,"scope":"x",
                 "refresh_token":"klrt_next","expires_at":"2026-05-28T14:43:58.000Z"}
                """));
  }

  private static void assertTokens(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"access_token\":\"a.b.c\",\"refresh_token\":\"klrt_next\","
                + "\"token_type\":\"Bearer\",\"expires_in\":3600}");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
  }

  private static void refuse(int status, String reason) {
    gateway
        .token()
        .answer(e -> {
          if (!reason.isEmpty()) {
            e.getResponseHeaders().set("Keyledger-Reason", reason);
          }
          StubServer.answer(e, status, "{\"code\":\"c\",\"detail\":\"told\"}");
        });
  }
}
