package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testkit.StubServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a service is told of a client, and what of it is the client's own word. */
class ForwardedHeadersTest {
  private static GatewayUnderTest gateway;
  private static GatewayUnderTest behindProxy;

  @BeforeAll
  static void start() {
    gateway = GatewayUnderTest.shared();
    behindProxy = GatewayUnderTest.startWith("--keyledger.trusted-proxies=127.0.0.1,::1");
  }

  @AfterAll
  static void stop() {
    behindProxy.close();
  }

  @BeforeEach
  void answerByName() {
    gateway.answerByName();
  }

  @Test
  void aClientCannotPassForAProxyOrForSomebodyVerified() throws Exception {
    gateway.get(
        "/v1/authorize",
        "X-Auth-Organization",
        "org_x",
        "x-auth-anything",
        "x",
        "X-Forwarded-For",
        "6.6.6.6",
        "X-Forwarded-Host",
        "evil.example",
        "X-Forwarded-Prefix",
        "/evil",
        "Forwarded",
        "for=6.6.6.6",
        "X-Real-IP",
        "6.6.6.6",
        "Keyledger-Environment",
        "production",
        "Keyledger-Dialect",
        "incrm",
        "Proxy-Authorization",
        "Basic eDp5",
        "Authorization",
        "Bearer kept",
        "X-Custom",
        "kept");
    var headers = gateway.token().last().headers();
    assertThat(headers.keySet())
        .noneMatch(name -> name.toLowerCase().startsWith("x-auth-"))
        .doesNotContain(
            "Forwarded",
            "X-real-ip",
            "X-forwarded-prefix",
            "Keyledger-environment",
            "Keyledger-dialect",
            "Proxy-authorization");
    assertThat(headers.get("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(headers.get("X-Forwarded-Proto")).containsExactly("http");
    assertThat(headers.getFirst("X-Forwarded-Host")).startsWith("127.0.0.1:");
    assertThat(headers.getFirst("Authorization")).isEqualTo("Bearer kept");
    assertThat(headers.getFirst("X-Custom")).isEqualTo("kept");
  }

  @Test
  void aConfiguredProxysWordIsPassedOnAndThePeerAppended() throws Exception {
    behindProxy.send(
        "/v1/authorize",
        b ->
            b.headers(
                "X-Forwarded-For", "203.0.113.9, 10.0.0.1",
                "X-Forwarded-Host", "api.example",
                "X-Forwarded-Proto", "https"));
    var headers = behindProxy.token().last().headers();
    assertThat(headers.get("X-Forwarded-For")).containsExactly("203.0.113.9, 10.0.0.1, 127.0.0.1");
    assertThat(headers.get("X-Forwarded-Host")).containsExactly("api.example");
    assertThat(headers.get("X-Forwarded-Proto")).containsExactly("https");
  }

  @Test
  void whatCannotBeReadInAProxysWordIsPassedOnAsItStands() throws Exception {
    behindProxy.send(
        "/v1/authorize", b -> b.header("X-Forwarded-For", "203.0.113.9, , \"x, 10.0.0.1:80"));
    assertThat(behindProxy.token().last().headers().get("X-Forwarded-For"))
        .containsExactly("203.0.113.9, , \"x, 10.0.0.1:80, 127.0.0.1");
  }

  @Test
  void aListedHostNamesItsEnvironment() throws Exception {
    assertThat(gateway.raw("GET /v1/authorize HTTP/1.1\r\nHost: Sandbox.localhost:8080\r\n", ""))
        .contains(" 200 ");
    assertThat(gateway.token().last().headers().getFirst("Keyledger-Environment"))
        .isEqualTo("sandbox,test");
    gateway.get("/v1/authorize");
    assertThat(gateway.token().last().headers().getFirst("Keyledger-Environment")).isNull();
  }

  @Test
  void headersOfTheConnectionStayOnIt() throws Exception {
    assertThat(
            gateway.raw(
                "GET /v1/authorize HTTP/1.1\r\nHost: localhost\r\nConnection: close, X-Private\r\n"
                    + "X-Private: 1\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\n",
                ""))
        .contains(" 200 ");
    assertThat(gateway.token().last().headers().keySet())
        .doesNotContain("X-private", "Keep-alive", "Te", "Upgrade");
  }

  @Test
  void requestIdAndTraceGoThroughOnce() throws Exception {
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders()
              .set("X-Request-Id", e.getRequestHeaders().getFirst("X-Request-Id"));
          e.getResponseHeaders().set("X-Auth-Organization", "org_x");
          StubServer.answer(e, 200, "token");
        });
    HttpResponse<String> response = gateway.get("/v1/authorize", "X-Request-Id", "abc");
    assertThat(response.headers().allValues("X-Request-Id")).containsExactly("abc");
    assertThat(response.headers().firstValue("X-Auth-Organization")).contains("org_x");
    assertThat(gateway.token().last().headers().get("X-Request-Id")).containsExactly("abc");
    assertThat(gateway.token().last().headers().getFirst("traceparent"))
        .isEqualTo(response.headers().firstValue("traceparent").orElseThrow());
  }
}
