package dev.keyledger.gateway.incrm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.keyledger.gateway.GatewayUnderTest;
import dev.keyledger.testkit.StubServer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** InCRM in front of services that are stubs, all of them content. */
abstract class IncrmUnderTest {
  static final String SIGN_IN = "/api/v1/auth/sign-in";

  static final String REFRESH = "/api/v1/auth/token/refresh";

  static final String LOGOUT = "/api/v1/auth/logout";

  static final String API_KEY = "/api/v1/api-key";

  static final String CLIENT = "/api/v1/client";

  static final String JWT = "Bearer eyJhbGciOiJFZERTQSJ9.e30.c2ln";

  static final String TOKENS =
      "{\"access_token\":\"a.b.c\",\"refresh_token\":\"klr_x\",\"refresh_expires_in\":86400}";

  static GatewayUnderTest gateway;

  @BeforeAll
  static void start() {
    gateway = GatewayUnderTest.shared();
  }

  @BeforeEach
  void everythingIsGood() {
    gateway.answerByName();
    gateway.token().answer(IncrmUnderTest::good);
    gateway
        .command()
        .answer(e ->
            StubServer.answer(
                e,
                201,
                """
                {"key":{"id":"key_1","name":"billing","prefix":"incrm_aAbBcCd","environment":"live",
                 "scopes":["clients.read","api_keys.create"],"status":"active","created_by":"mem_1",
                 "created_at":"2026-05-28T14:43:58.000Z","expires_at":null,"last_used_at":null,"secrets":[]},
                 "secret":"incrm_aAbBcCdDeE"}
                """));
    gateway.downstream().answer(e -> StubServer.answer(e, 200, "{\"client\":{\"slug\":\"x\"}}"));
  }

  static void good(HttpExchange e) throws IOException {
    switch (e.getRequestURI().getPath()) {
      case "/v1/sessions" -> StubServer.answer(e, 201, TOKENS);
      case "/v1/sessions/refresh" -> StubServer.answer(e, 200, TOKENS);
      case "/v1/sessions/current" -> {
        e.getResponseHeaders().set("Keyledger-In-Force", "true");
        StubServer.answer(e, 204, "");
      }
      default -> {
        e.getResponseHeaders().set("X-Auth-Organization", "org_1");
        e.getResponseHeaders().set("X-Auth-Subject", "per_1");
        StubServer.answer(e, 200, "");
      }
    }
  }

  static void refuse(int status, String reason) {
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("Keyledger-Reason", reason);
          StubServer.answer(e, status, "{\"code\":\"invalid_credential\"}");
        });
  }

  static List<String> cookieOf(HttpResponse<String> answer) {
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    return List.of(cookie.split("; ")).stream().filter(p -> !p.startsWith("Expires=")).toList();
  }

  static void assertRefused(HttpResponse<String> answer, int status, int code, String message) {
    assertThat(answer.body())
        .isEqualTo(
            "{\"success\":false,\"error\":{\"code\":%d,\"message\":\"%s\"}}"
                .formatted(code, message));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.headers().firstValue("Keyledger-Reason")).isEmpty();
  }

  static HttpResponse<String> logout(String... headers) throws Exception {
    return gateway.send(LOGOUT, b -> b.headers(headers).POST(BodyPublishers.noBody()));
  }
}
