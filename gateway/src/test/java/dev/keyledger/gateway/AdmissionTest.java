package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.testkit.StubServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where only hosts that are listed are served. */
class AdmissionTest {
  private static GatewayUnderTest gateway;

  @BeforeAll
  static void start() {
    gateway =
        GatewayUnderTest.startWith(
            "--keyledger.gateway.require-listed-host=true",
            "--keyledger.gateway.hosts=api.example,sandbox.example=sandbox|test");
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
        "GET /v1/organizations HTTP/1.1\r\nHost: other.example\r\n",
        "GET /v1/authorize HTTP/1.1\r\nHost: other.example\r\n",
        "POST /v1/tokens HTTP/1.1\r\nHost: other.example\r\nContent-Length: 0\r\n",
        "GET /openapi.json HTTP/1.1\r\nHost: other.example\r\n",
        "GET /v1/organizations HTTP/1.1\r\nHost: localhost:8080\r\n",
        "GET /v1/organizations HTTP/1.1\r\nHost: api.example.other.example\r\n",
        "GET /v1/organizations HTTP/1.1\r\nHost: other.example\r\nX-Forwarded-Host: api.example\r\n",
        "GET http://other.example/v1/organizations HTTP/1.1\r\nHost: other.example\r\n",
      })
  void anotherHostIsRefusedBeforeAnybodyIsAsked(String head) throws Exception {
    int before = gateway.query().asked().size() + gateway.token().asked().size();
    assertThat(gateway.raw(head, "")).contains(" 400 ").contains("\"code\":\"unknown_host\"");
    assertThat(gateway.query().asked().size() + gateway.token().asked().size()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "GET /api/v1/client,  '\"code\":400000'",
    "POST /auth/login,    '\"code\":\"BAD_REQUEST\"'",
    "POST /auth/refresh,  '\"title\":\"Bad Request\"'",
  })
  void aDialectSaysItInItsOwnForm(String line, String told) throws Exception {
    assertThat(gateway.raw(line + " HTTP/1.1\r\nHost: other.example\r\nContent-Length: 0\r\n", ""))
        .contains(" 400 ")
        .contains(told)
        .contains("This host is none of ours.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"api.example", "API.example:443", "api.example.", "sandbox.example:8080"})
  void aListedHostIsServed(String host) throws Exception {
    assertThat(gateway.raw("GET /v1/organizations HTTP/1.1\r\nHost: " + host + "\r\n", ""))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void aHostThatIsListedAloneTakesAllEnvironments() throws Exception {
    gateway.raw("GET /v1/organizations HTTP/1.1\r\nHost: api.example\r\n", "");
    assertThat(gateway.query().asked().getLast().headers().getFirst("Keyledger-Environment"))
        .isNull();
    gateway.raw("GET /v1/organizations HTTP/1.1\r\nHost: sandbox.example\r\n", "");
    assertThat(gateway.query().asked().getLast().headers().getFirst("Keyledger-Environment"))
        .isEqualTo("sandbox,test");
  }

  @Test
  void aRuleThatWouldRefuseEverybodyIsAMistake() {
    assertThatThrownBy(() ->
            GatewayUnderTest.startWith(
                "--keyledger.gateway.require-listed-host=true", "--keyledger.gateway.hosts="))
        .hasRootCauseMessage(
            "keyledger.gateway.require-listed-host is on, and keyledger.gateway.hosts lists none");
  }
}
