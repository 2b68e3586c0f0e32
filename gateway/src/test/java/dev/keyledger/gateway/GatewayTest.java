package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The gateway in its own server, between a real client and real services that are stubs. */
class GatewayTest {
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
  void writesGoToCommandsReadsToQueriesTheRestToTokens() throws Exception {
    assertThat(gateway.post("/v1/organizations", "{}").body()).isEqualTo("command");
    assertThat(gateway.get("/v1/organizations").body()).isEqualTo("query");
    assertThat(gateway.get("/.well-known/jwks.json").body()).isEqualTo("token");
  }

  @Test
  void whatIsInternalOrUnknownIsNotThere() throws Exception {
    int before = gateway.token().asked().size();
    for (String path : List.of("/internal/v1/people/data-keys", "/actuator/health", "/nowhere")) {
      assertProblem(gateway.get(path), 404, "not_found");
    }
    assertThat(rawGet("/v1/sessions/../../internal/v1/people/data-keys")).contains(" 400 ");
    assertThat(rawGet("/v1/sessions/..;/..;/internal/v1/people/data-keys")).contains(" 400 ");
    assertThat(rawGet("/v1/sessions/%2e%2e/%2e%2e/internal")).contains(" 400 ");
    assertThat(gateway.token().asked()).hasSize(before);
  }

  @Test
  void whatTheGatewayAnswersItselfHasNoParameters() throws Exception {
    assertProblem(gateway.get("/openapi.json?format=yaml"), 422, "unknown_parameter");
  }

  @Test
  void moreHeadersThanAServiceReadsAreRefusedAtTheDoor() throws Exception {
    int before = gateway.token().asked().size();
    String[] headers = new String[2 * 85];
    for (int i = 0; i < headers.length; i += 2) {
      headers[i] = "X-Number-" + i;
      headers[i + 1] = "a";
    }

    HttpResponse<String> refused = gateway.get("/v1/me", headers);

    assertThat(refused.statusCode()).isEqualTo(431);
    assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(gateway.token().asked()).hasSize(before);
  }

  @Test
  void aHeadThatTheGatewayReadsReachesTheServiceWithWhatIsAddedToIt() throws Exception {
    Set<Integer> seen = new TreeSet<>();
    for (int length = 7_000; length <= 8_400; length += 20) {
      int status = gateway.get("/v1/me", "X-Long", "a".repeat(length)).statusCode();
      assertThat(status).as("a header of " + length).isIn(200, 431);
      seen.add(status);
    }
    assertThat(seen).containsExactly(200, 431);
  }

  @Test
  void aServiceThatIsAwayIs503AndSaysNothingOfIt() throws Exception {
    try (var alone =
        GatewayUnderTest.startWith("--keyledger.command-service.url=" + nobodyThere())) {
      HttpResponse<String> response = alone.send("/v1/organizations/o/verify", b -> b.DELETE());
      assertProblem(response, 503, "upstream_unavailable");
      assertThat(response.body()).doesNotContain("Exception").doesNotContain("localhost");
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }
  }

  @Test
  void aServiceThatIsSilentIs504() throws Exception {
    var end = new CountDownLatch(1);
    gateway
        .query()
        .answer(e -> {
          try {
            end.await();
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
        });
    assertProblem(gateway.get("/v1/organizations"), 504, "upstream_timeout");
    end.countDown();
  }

  @Test
  void aServiceThatHangsUpIs503() throws Exception {
    gateway.query().answer(e -> e.close());
    assertProblem(gateway.get("/v1/organizations"), 503, "upstream_unavailable");
  }

  @Test
  void aBodyThatIsTooLargeGoesNoFurther() throws Exception {
    String large = "x".repeat(70_000);
    assertProblem(gateway.post("/v1/organizations", large), 413, "body_too_large");
    HttpResponse<String> untold =
        gateway.send(
            "/v1/organizations",
            b ->
                b.header("Content-Type", "application/json")
                    .POST(
                        BodyPublishers.ofInputStream(
                            () -> new ByteArrayInputStream(large.getBytes()))));
    assertProblem(untold, 413, "body_too_large");
  }

  private static URI nobodyThere() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return URI.create("http://localhost:" + socket.getLocalPort());
    }
  }

  private static void assertProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(JsonMapper.shared().readTree(response.body()).path("code").asString())
        .isEqualTo(code);
    assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
  }

  private static String rawGet(String path) throws Exception {
    return gateway.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n", "");
  }
}
