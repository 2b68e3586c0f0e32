package dev.keyledger.gateway.syncgram;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.keyledger.gateway.GatewayUnderTest;
import dev.keyledger.testkit.StubServer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Syncgram Pay in front of services that are stubs, all of them content. */
abstract class SyncgramUnderTest {
  static final String KEYS = "/api/v1/auth/api-keys";

  static final String PAYMENTS = "/api/v1/payments";

  static final String ID = "key_0198c0de-0000-7000-8000-000000000001";

  static final String TOKENS = "{\"access_token\":\"a.b.c\",\"refresh_token\":\"klr_x\"}";

  static final String KEY =
      """
      {"id":"%s","name":"backend","prefix":"sk_live_aAbBcCd","environment":"live","scopes":[],
       "status":"%s","created_by":"mem_1","created_at":"2026-05-28T14:43:58.999Z","expires_at":null,
       "last_used_at":"2026-05-28T15:00:00.000Z","secrets":[]}
      """;

  static GatewayUnderTest gateway;

  @BeforeAll
  static void start() {
    gateway = GatewayUnderTest.shared();
  }

  @BeforeEach
  void everythingIsGood() {
    gateway.answerByName();
    gateway
        .token()
        .answer(e -> {
          switch (e.getRequestURI().getPath()) {
            case "/v1/sessions" ->
                StubServer.answer(e, 202, "{\"challenge\":\"klc_1\",\"methods\":[\"totp\"]}");
            case "/v1/sessions/verify" -> StubServer.answer(e, 201, TOKENS);
            case "/v1/sessions/refresh" -> StubServer.answer(e, 200, TOKENS);
            default -> authorized(e, "per_1");
          }
        });
    gateway
        .command()
        .answer(e -> {
          e.getResponseHeaders().set("Keyledger-Position", "7");
          if (e.getRequestURI().getPath().endsWith("/revoke")) {
            StubServer.answer(e, 200, revoked(true));
          } else {
            StubServer.answer(
                e, 201, "{\"key\":%s,\"secret\":\"sk_live_aA\"}".formatted(key("1", "active")));
          }
        });
    gateway.query().answer(e -> StubServer.answer(e, 200, "{\"status\":\"live\"}"));
    gateway.downstream().answer(e -> StubServer.answer(e, 200, "{\"payments\":[]}"));
  }

  static void authorized(HttpExchange e, String subject) throws IOException {
    e.getResponseHeaders().set("X-Auth-Organization", "org_1");
    e.getResponseHeaders().set("X-Auth-Subject", subject);
    StubServer.answer(e, 200, "");
  }

  static String key(String number, String status) {
    return KEY.formatted(ID.substring(0, ID.length() - 1) + number, status);
  }

  static String revoked(boolean inForce) {
    return "{\"key\":%s,\"receipt\":{\"in_force\":%s}}".formatted(key("1", "revoked"), inForce);
  }

  static HttpResponse<String> create(String body) throws Exception {
    return send("POST", KEYS, body);
  }

  static HttpResponse<String> send(String method, String path, String body) throws Exception {
    return gateway.send(
        path,
        b ->
            (body.isEmpty() ? b : b.header("Content-Type", "application/json"))
                .header("Authorization", "Bearer a.b.c")
                .method(method, BodyPublishers.ofString(body)));
  }

  static void assertRefused(HttpResponse<String> answer, int status, String detail) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.body())
        .startsWith("{\"type\":\"about:blank\",\"title\":\"")
        .endsWith("\"status\":%d,\"detail\":\"%s\"}".formatted(status, detail));
  }
}
