package dev.keyledger.gateway.incard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.gateway.GatewayUnderTest;
import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.StubServer.Asked;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
class IncardTest {
  private static final String KEY = "sk_live_a-secret-that-nobody-may-read";
  private static final String BODY = "{\"api_key\":\"" + KEY + "\"}";

  private static GatewayUnderTest gateway;

  @BeforeAll
  static void start() {
    gateway = GatewayUnderTest.shared();
  }

  @BeforeEach
  void answerByName() {
    gateway.answerByName();
  }

  @ParameterizedTest
  @CsvSource({"/auth/v1/sandbox/token, sandbox", "/auth/v1/token, live"})
  void aKeyIsExchangedInTheEnvironmentOfThePath(
      String path, String environment, CapturedOutput output) throws Exception {
    gateway
        .token()
        .answer(e ->
            StubServer.answer(
                e,
                200,
                """
                {"access_token":"a.b.c.d.e","token_type":"Bearer","expires_in":900,
                 "expires_at":"2026-05-28T14:43:58.000Z"}
                """));
    HttpResponse<String> answer = gateway.post(path, BODY);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo("{\"access_token\":\"a.b.c.d.e\",\"expires_at\":\"2026-05-28T14:43:58.000Z\"}");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    Asked asked = gateway.token().last();
    assertThat(asked.method() + " " + asked.target()).isEqualTo("POST /v1/tokens");
    assertThat(new String(asked.body())).isEqualTo(BODY);
    assertThat(asked.headers().get("Keyledger-Environment")).containsExactly(environment);
    assertThat(asked.headers().get("Keyledger-Dialect")).containsExactly("incard");
    assertThat(output).doesNotContain(KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/auth/v1/sandbox/token", "/auth/v1/token"})
  void aHeaderBesideTheKeyAndOtherFieldsCountForNothing(String path) throws Exception {
    gateway
        .token()
        .answer(e -> StubServer.answer(e, 200, "{\"access_token\":\"t\",\"expires_at\":\"e\"}"));
    HttpResponse<String> answer =
        gateway.send(
            path,
            b ->
                b.headers(
                        "Content-Type", "application/json",
                        "Authorization", "Bearer stale",
                        "X-Api-Key", "stale")
                    .POST(BodyPublishers.ofString(BODY.replace("}", ",\"scope\":[1]}"))));
    assertThat(answer.statusCode()).isEqualTo(200);
    Asked asked = gateway.token().last();
    assertThat(asked.headers()).doesNotContainKeys("Authorization", "X-api-key");
    assertThat(new String(asked.body())).isEqualTo(BODY);
  }

  @Test
  void everyKeyThatIsNoGoodIsToldTheSame() throws Exception {
    Set<String> told = new LinkedHashSet<>();
    for (String reason :
        List.of(
            "malformed",
            "not_found",
            "revoked",
            "expired",
            "key_suspended",
            "wrong_environment",
            "organization_suspended",
            "ip_not_allowed",
            "multiple")) {
      refuse(401, reason);
      told.add(said(gateway.post("/auth/v1/token", BODY)));
      told.add(said(gateway.post("/auth/v1/sandbox/token", BODY)));
    }
    told.add(
        gateway
            .raw(
                "POST /auth/v1/token HTTP/1.1\r\nHost: sandbox.localhost\r\n"
                    + "Content-Type: application/json\r\nContent-Length: "
                    + BODY.length()
                    + "\r\n",
                BODY)
            .replaceFirst("(?s)^HTTP/1.1 (\\d+).*\r\n\r\n", "$1 "));
    assertThat(told)
        .containsExactly(
            "401 {\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,"
                + "\"code\":\"invalid_key\",\"detail\":\"The key is not valid.\"}");
  }

  private static String said(HttpResponse<String> answer) {
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.headers().map()).doesNotContainKey("keyledger-reason");
    return answer.statusCode() + " " + answer.body();
  }

  @ParameterizedTest
  @CsvSource({
    "401, missing, 401",
    "401, multiple, 401",
    "401, malformed, 401",
    "401, not_found, 401",
    "401, expired, 401",
    "401, revoked, 401",
    "401, key_suspended, 401",
    "401, wrong_environment, 401",
    "401, member_removed, 401",
    "403, member_removed, 403",
    "403, organization_suspended, 403",
    "403, ip_not_allowed, 403",
    "503, '', 503",
  })
  void aTokenThatIsNoGoodNeverReachesTheApi(int status, String reason, int told) throws Exception {
    refuse(status, reason);
    int before = gateway.downstream().asked().size();
    HttpResponse<String> answer = gateway.get("/developer/companies", "Authorization", "Bearer t");
    assertThat(answer.statusCode()).isEqualTo(told);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(gateway.downstream().asked()).hasSize(before);
    assertThat(gateway.token().last().target()).isEqualTo("/v1/authorize");
  }

  @Test
  void theApiAnswersWhoeverIsAuthorized() throws Exception {
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("X-Auth-Subject", "key_1");
          StubServer.answer(e, 200, "");
        });
    gateway.downstream().answer(e -> StubServer.answer(e, 200, "{\"companies\":[]}"));
    HttpResponse<String> answer =
        gateway.get("/developer/companies?page=2", "Authorization", "Bearer t");
    assertThat(answer.body()).isEqualTo("{\"companies\":[]}");
    assertThat(gateway.downstream().last().target()).isEqualTo("/developer/companies?page=2");

    gateway.downstream().answer(e -> StubServer.answer(e, 403, "{\"code\":\"forbidden\"}"));
    HttpResponse<String> lacking = gateway.get("/developer/companies", "Authorization", "Bearer t");
    assertThat(lacking.statusCode()).isEqualTo(403);
    assertThat(lacking.body()).contains("\"status\":403");
  }

  private static void refuse(int status, String reason) {
    gateway
        .token()
        .answer(e -> {
          if (!reason.isEmpty()) {
            e.getResponseHeaders().set("Keyledger-Reason", reason);
          }
          StubServer.answer(e, status, "{\"code\":\"c\",\"detail\":\"" + reason + "\"}");
        });
  }
}
