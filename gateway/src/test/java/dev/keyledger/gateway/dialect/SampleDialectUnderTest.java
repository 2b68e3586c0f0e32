package dev.keyledger.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.gateway.GatewayUnderTest;
import dev.keyledger.testkit.StubServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;

/** A gateway that speaks a dialect made for tests, started once for all of them. */
abstract class SampleDialectUnderTest {
  static final GatewayUnderTest gateway = GatewayUnderTest.start(SampleDialect.class);

  @BeforeEach
  void everythingIsGood() {
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("X-Auth-Organization", "org_1");
          e.getResponseHeaders().set("X-Auth-Subject", "key_1");
          StubServer.answer(e, 200, "{\"access_token\":\"t\"}");
        });
    gateway.query().answer(e -> StubServer.answer(e, 200, "{}"));
    gateway.downstream().answer(e -> StubServer.answer(e, 200, "{\"things\":[]}"));
  }

  static void assertRefused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo("{\"sample_error\":\"" + code + "\"}");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
  }
}
