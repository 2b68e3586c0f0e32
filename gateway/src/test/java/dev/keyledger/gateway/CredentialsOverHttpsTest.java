package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testkit.StubServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsOverHttpsTest {
  private static final String HOST = "Host: api.example\r\n";
  private static final String KEY = "X-Api-Key: incrm_x\r\n";
  private static final String TLS = "X-Forwarded-Proto: https\r\n";

  private static GatewayUnderTest gateway;

  @BeforeAll
  static void start() {
    gateway =
        GatewayUnderTest.startWith(
            "--keyledger.gateway.require-https=true", "--keyledger.trusted-proxies=127.0.0.1");
    gateway.query().answer(e -> StubServer.answer(e, 200, "{}"));
    gateway.token().answer(e -> StubServer.answer(e, 200, "{}"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/organizations HTTP/1.1\r\n" + HOST + KEY,
        "GET /v1/authorize HTTP/1.1\r\n" + HOST + "Authorization: Bearer t\r\n",
        "GET /v1/authorize HTTP/1.1\r\n" + HOST + KEY + "X-Forwarded-Proto: https, http\r\n",
        "POST /v1/tokens HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n",
      })
  void aCredentialByPlainHttpIsRefusedBeforeAnybodyReadsIt(String head) throws Exception {
    int before = gateway.query().asked().size() + gateway.token().asked().size();
    assertThat(gateway.raw(head, "")).contains(" 400 ").contains("\"code\":\"https_required\"");
    assertThat(gateway.query().asked().size() + gateway.token().asked().size()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "POST /auth/v1/token,             '\"code\":\"https_required\"'",
    "POST /api/v1/auth/token/refresh, '\"code\":400000'",
    "GET /api/v1/client,              '\"code\":400000'",
    "POST /auth/login,                '\"code\":\"BAD_REQUEST\"'",
    "POST /auth/refresh,              '\"title\":\"Bad Request\"'",
  })
  void aDialectSaysItInItsOwnForm(String line, String told) throws Exception {
    String head = line + " HTTP/1.1\r\n" + HOST + KEY + "Content-Length: 0\r\n";
    assertThat(gateway.raw(head, ""))
        .contains(" 400 ")
        .contains(told)
        .contains("Credentials are taken over HTTPS alone.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        HOST + KEY + TLS,
        HOST,
        "Host: localhost:8080\r\n" + KEY,
        "Host: sandbox.localhost\r\n" + KEY,
        "Host: 127.0.0.1\r\n" + KEY,
        "Host: [::1]:8080\r\n" + KEY,
      })
  void whatTravelsSafelyOrCarriesNothingPasses(String headers) throws Exception {
    assertThat(gateway.raw("GET /v1/organizations HTTP/1.1\r\n" + headers, ""))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void nobodyButATrustedProxySaysThatItCameByHttps() throws Exception {
    try (var direct = GatewayUnderTest.startWith("--keyledger.gateway.require-https=true")) {
      assertThat(direct.raw("GET /v1/organizations HTTP/1.1\r\n" + HOST + KEY + TLS, ""))
          .contains("https_required");
    }
  }
}
