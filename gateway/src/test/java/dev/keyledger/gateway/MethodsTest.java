package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testkit.RawHttp;
import dev.keyledger.testkit.StubServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which methods a path takes is told of the API as one, whichever services stand behind it. */
class MethodsTest {
  private static final String KEYS = "/v1/organizations/acme/keys";

  private static GatewayUnderTest gateway;

  @BeforeAll
  static void start() {
    gateway = GatewayUnderTest.shared();
  }

  @BeforeEach
  void answerByName() {
    gateway.answerByName();
  }

  private static RawHttp.Answer send(String method, String path) {
    return RawHttp.send(
        gateway.port(),
        method + " " + path + " HTTP/1.1",
        "Origin: https://anywhere.example",
        "Access-Control-Request-Method: POST");
  }

  /** As a service of ours says which methods it takes, or that it doesn't have the path. */
  private static void takes(StubServer service, String allow) {
    service.answer(exchange -> {
      boolean here = !allow.isEmpty();
      boolean asked = exchange.getRequestMethod().equals("OPTIONS");
      if (here) {
        exchange.getResponseHeaders().set("Allow", allow);
        StubServer.answer(exchange, asked ? 204 : 405, asked ? "" : "{\"code\":\"half\"}");
      } else {
        String dialect = exchange.getRequestHeaders().getFirst("Keyledger-Dialect");
        if ("canonical".equals(dialect)) {
          exchange.getResponseHeaders().set("Keyledger-Reason", "no_such_path");
        }
        StubServer.answer(exchange, 404, "{\"code\":\"half\"}");
      }
    });
  }

  @Test
  void ofAPathOfTwoServicesBothAreAsked() {
    takes(gateway.query(), "GET, HEAD, OPTIONS");
    takes(gateway.command(), "OPTIONS, POST");

    RawHttp.Answer options = send("OPTIONS", KEYS);
    assertThat(options.status()).isEqualTo(204);
    assertThat(options.header("Allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
    assertThat(options.headers()).containsKeys("X-Request-Id", "traceparent");
    assertThat(options.headers().keySet()).noneMatch(name -> name.startsWith("Access-Control"));

    for (String method : new String[] {"PUT", "PURGE", "TRACE", "DELETE"}) {
      RawHttp.Answer refused = send(method, KEYS);
      assertThat(refused.status()).as(method).isEqualTo(405);
      assertThat(refused.header("Allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
      assertThat(refused.body()).contains("\"method_not_allowed\"").doesNotContain("half");
    }
  }

  @Test
  void aPathThatOnlyTheOtherServiceHasTakesNotThisMethod() {
    takes(gateway.query(), "");
    takes(gateway.command(), "OPTIONS, POST");
    RawHttp.Answer read = send("GET", "/v1/organizations/acme/suspend");
    assertThat(read.status()).isEqualTo(405);
    assertThat(read.header("Allow")).isEqualTo("OPTIONS, POST");
    assertThat(send("OPTIONS", "/v1/organizations/acme/suspend").header("Allow"))
        .isEqualTo("OPTIONS, POST");

    takes(gateway.query(), "GET, HEAD, OPTIONS");
    takes(gateway.command(), "");
    assertThat(send("POST", "/v1/organizations/acme/events").status()).isEqualTo(405);
  }

  @Test
  void aPathThatNeitherHasIsNotThere() {
    takes(gateway.query(), "");
    takes(gateway.command(), "");
    for (String method : new String[] {"OPTIONS", "GET", "HEAD", "POST", "TRACE"}) {
      RawHttp.Answer answer = send(method, "/v1/organizations/a/b/c");
      assertThat(answer.status()).as(method).isEqualTo(404);
      assertThat(answer.headers()).doesNotContainKey("Keyledger-Reason");
      assertThat(answer.body().contains("\"not_found\"")).isNotEqualTo(method.equals("HEAD"));
    }
  }

  @Test
  void whereTheOtherIsAwayTheWordOfTheOneThatWasAskedStands() {
    takes(gateway.query(), "GET, HEAD, OPTIONS");
    gateway.command().answer(exchange -> exchange.close());
    assertThat(send("OPTIONS", KEYS).header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    takes(gateway.query(), "");
    assertThat(send("GET", "/v1/organizations/a/b/c").status()).isEqualTo(404);
  }

  @Test
  void aThingThatIsNotThereIsNoPathThatIsNot() {
    gateway.query().answerJson(404, "{\"code\":\"key_not_found\"}");
    int before = gateway.command().asked().size();
    assertThat(send("GET", KEYS + "/key_x").body()).contains("key_not_found");
    assertThat(gateway.command().asked()).hasSize(before);
  }

  @Test
  void whatOneServiceHasItSaysItself() {
    takes(gateway.token(), "OPTIONS, POST");
    assertThat(send("OPTIONS", "/v1/tokens").status()).isEqualTo(204);
    assertThat(send("OPTIONS", "/v1/tokens").header("Allow")).isEqualTo("OPTIONS, POST");
    gateway.token().answerJson(401, "{}");
    assertThat(send("OPTIONS", "/v1/authorize").status()).isEqualTo(401);
    assertThat(gateway.token().last().method()).isEqualTo("OPTIONS");
  }

  @Test
  void whatTheGatewayHasItself() {
    RawHttp.Answer options = send("OPTIONS", "/openapi.json");
    assertThat(options.status()).isEqualTo(204);
    assertThat(options.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    RawHttp.Answer trace = send("TRACE", "/openapi.json");
    assertThat(trace.status()).isEqualTo(405);
    assertThat(trace.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    assertThat(send("POST", "/openapi.json").header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    for (String method : new String[] {"OPTIONS", "TRACE", "PURGE", "GET"}) {
      assertThat(send(method, "/nowhere").status()).as(method).isEqualTo(404);
      assertThat(send(method, "/error").status()).as(method).isEqualTo(404);
    }
  }

  @Test
  void theServerAsSuch() {
    RawHttp.Answer options = send("OPTIONS", "*");
    assertThat(options.status()).isEqualTo(204);
    assertThat(options.header("Allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
    assertThat(send("GET", "*").status()).isEqualTo(400);
  }
}
