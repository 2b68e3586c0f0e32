package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testkit.StubServer;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests and answers go through as they are. */
class ForwardedContentTest {
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
  void queriesAndBodiesArriveAsTheyWereSent() throws Exception {
    gateway.get("/v1/organizations/acme/events?from=a%2Bb%26c&type=%C3%BC&type=x%20y");
    assertThat(java.net.URLDecoder.decode(gateway.query().last().target().split("\\?")[1], "UTF-8"))
        .isEqualTo("from=a+b&c&type=ü&type=x y");

    String form = "grant_type=client_credentials&client_id=a%2Bb&scope=x+y&scope=z&empty=";
    gateway.send(
        "/oauth2/token?x=1",
        b ->
            b.header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    assertThat(gateway.token().last().body()).isEqualTo(form);
    assertThat(gateway.token().last().target()).isEqualTo("/oauth2/token?x=1");

    gateway.send("/v1/authorize", b -> b.method("PURGE", BodyPublishers.noBody()));
    assertThat(gateway.token().last().method()).isEqualTo("PURGE");

    for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
      gateway.send(
          "/v1/organizations/acme/policy",
          b ->
              b.header("Content-Type", "application/json")
                  .method(method, BodyPublishers.ofString("{\"ü\":1}")));
      assertThat(gateway.command().last().method()).isEqualTo(method);
      assertThat(gateway.command().last().body()).isEqualTo("{\"ü\":1}");
    }
  }

  @Test
  void answersArriveAsTheyWereGiven() throws Exception {
    gateway
        .command()
        .answer(e -> {
          e.getResponseHeaders().set("Keyledger-Position", "7");
          e.getResponseHeaders().set("Content-Type", "application/problem+json");
          StubServer.answer(e, 409, "{\"code\":\"key_limit_reached\"}");
        });
    HttpResponse<String> refused = gateway.post("/v1/organizations/acme/keys", "{}");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).isEqualTo("{\"code\":\"key_limit_reached\"}");
    assertThat(refused.headers().firstValue("Keyledger-Position")).contains("7");

    gateway.token().answer(e -> StubServer.answer(e, 204, ""));
    assertThat(gateway.send("/v1/sessions/current", b -> b.DELETE()).statusCode()).isEqualTo(204);

    gateway
        .query()
        .answer(e -> {
          e.getResponseHeaders().set("Location", "/elsewhere");
          StubServer.answer(e, 302, "");
        });
    assertThat(gateway.get("/v1/organizations").statusCode()).isEqualTo(302);
  }

  @Test
  void aCompressedAnswerStaysCompressed() throws Exception {
    gateway
        .query()
        .answer(e -> {
          e.getResponseHeaders().set("Content-Encoding", "gzip");
          e.sendResponseHeaders(200, 0);
          try (var out = new GZIPOutputStream(e.getResponseBody())) {
            out.write("compressed".getBytes());
          }
        });
    HttpResponse<byte[]> response =
        gateway.send(
            "/v1/organizations",
            b -> b.header("Accept-Encoding", "gzip"),
            BodyHandlers.ofByteArray());
    assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes())
        .isEqualTo("compressed".getBytes());
  }

  @Test
  void aStreamArrivesWhileItIsStillBeingWritten() throws Exception {
    var firstWasSeen = new CountDownLatch(1);
    gateway
        .query()
        .answer(e -> {
          e.getResponseHeaders().set("Content-Type", "text/event-stream");
          e.sendResponseHeaders(200, 0);
          OutputStream out = e.getResponseBody();
          out.write("data: 1\n\n".getBytes());
          out.flush();
          try {
            assertThat(firstWasSeen.await(900, TimeUnit.MILLISECONDS)).isTrue();
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
          out.write("data: 2\n\n".getBytes());
          e.close();
        });
    HttpResponse<java.io.InputStream> response =
        gateway.send("/v1/organizations/acme/events", b -> b, BodyHandlers.ofInputStream());
    try (var lines = new BufferedReader(new InputStreamReader(response.body()))) {
      assertThat(lines.readLine()).isEqualTo("data: 1");
      firstWasSeen.countDown();
      lines.readLine();
      assertThat(lines.readLine()).isEqualTo("data: 2");
    }
  }
}
