package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gateway in its own server, between a real client and real services that are stubs. */
class GatewayTest {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static StubUpstream command;
  private static StubUpstream query;
  private static StubUpstream token;
  private static ConfigurableApplicationContext gateway;
  private static ConfigurableApplicationContext behindProxy;

  @BeforeAll
  static void start() throws Exception {
    command = new StubUpstream("command");
    query = new StubUpstream("query");
    token = new StubUpstream("token");
    gateway = startGateway(command.uri());
    behindProxy = startGateway(nobodyThere(), "--keyledger.trusted-proxies=127.0.0.1,::1");
  }

  private static ConfigurableApplicationContext startGateway(URI commands, String... more) {
    var arguments =
        new java.util.ArrayList<>(
            List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--keyledger.command-service.url=" + commands,
                "--keyledger.query-service.url=" + query.uri(),
                "--keyledger.token-service.url=" + token.uri(),
                "--keyledger.gateway.read-timeout=PT1S",
                "--keyledger.gateway.hosts=sandbox.localhost=sandbox|test,production.localhost=production"));
    arguments.addAll(List.of(more));
    return GatewayApplication.application().run(arguments.toArray(String[]::new));
  }

  private static URI nobodyThere() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return URI.create("http://localhost:" + socket.getLocalPort());
    }
  }

  @AfterAll
  static void stop() {
    gateway.close();
    behindProxy.close();
    command.close();
    query.close();
    token.close();
  }

  @BeforeEach
  void answerByName() {
    command.answer(e -> StubUpstream.respond(e, 200, "command"));
    query.answer(e -> StubUpstream.respond(e, 200, "query"));
    token.answer(e -> StubUpstream.respond(e, 200, "token"));
  }

  @Test
  void writesGoToCommandsReadsToQueriesTheRestToTokens() throws Exception {
    assertThat(post("/v1/organizations", "{}").body()).isEqualTo("command");
    assertThat(get("/v1/organizations").body()).isEqualTo("query");
    assertThat(get("/.well-known/jwks.json").body()).isEqualTo("token");
  }

  @Test
  void whatIsInternalOrUnknownIsNotThere() throws Exception {
    int before = token.reached().size();
    for (String path : List.of("/internal/v1/people/data-keys", "/actuator/health", "/nowhere")) {
      assertProblem(get(path), 404, "not_found");
    }
    assertThat(rawGet("/v1/sessions/../../internal/v1/people/data-keys")).contains(" 400 ");
    assertThat(rawGet("/v1/sessions/..;/..;/internal/v1/people/data-keys")).contains(" 400 ");
    assertThat(rawGet("/v1/sessions/%2e%2e/%2e%2e/internal")).contains(" 400 ");
    assertThat(token.reached()).hasSize(before);
  }

  @Test
  void moreHeadersThanAServiceReadsAreRefusedAtTheDoor() throws Exception {
    int before = token.reached().size();
    String[] headers = new String[2 * 85];
    for (int i = 0; i < headers.length; i += 2) {
      headers[i] = "X-Number-" + i;
      headers[i + 1] = "a";
    }

    HttpResponse<String> refused = get("/v1/me", headers);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(token.reached()).hasSize(before);
  }

  @Test
  void aClientCannotPassForAProxyOrForSomebodyVerified() throws Exception {
    get(
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
    var headers = token.last().headers();
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
    send(
        behindProxy,
        "/v1/authorize",
        b ->
            b.headers(
                "X-Forwarded-For", "203.0.113.9, 10.0.0.1",
                "X-Forwarded-Host", "api.example",
                "X-Forwarded-Proto", "https"));
    var headers = token.last().headers();
    assertThat(headers.get("X-Forwarded-For")).containsExactly("203.0.113.9, 10.0.0.1, 127.0.0.1");
    assertThat(headers.get("X-Forwarded-Host")).containsExactly("api.example");
    assertThat(headers.get("X-Forwarded-Proto")).containsExactly("https");
  }

  @Test
  void aListedHostNamesItsEnvironment() throws Exception {
    assertThat(raw("GET /v1/authorize HTTP/1.1\r\nHost: Sandbox.localhost:8080\r\n"))
        .contains(" 200 ");
    assertThat(token.last().headers().getFirst("Keyledger-Environment")).isEqualTo("sandbox,test");
    get("/v1/authorize");
    assertThat(token.last().headers().getFirst("Keyledger-Environment")).isNull();
  }

  @Test
  void headersOfTheConnectionStayOnIt() throws Exception {
    raw(
        "GET /v1/authorize HTTP/1.1\r\nHost: localhost\r\nConnection: close, X-Private\r\n"
            + "X-Private: 1\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\nUpgrade: h2c\r\n");
    assertThat(token.last().headers().keySet())
        .doesNotContain("X-private", "Keep-alive", "Te", "Upgrade");
  }

  @Test
  void requestIdAndTraceGoThroughOnce() throws Exception {
    token.answer(e -> {
      e.getResponseHeaders().set("X-Request-Id", e.getRequestHeaders().getFirst("X-Request-Id"));
      e.getResponseHeaders().set("X-Auth-Organization", "org_x");
      StubUpstream.respond(e, 200, "token");
    });
    HttpResponse<String> response = get("/v1/authorize", "X-Request-Id", "abc");
    assertThat(response.headers().allValues("X-Request-Id")).containsExactly("abc");
    assertThat(response.headers().firstValue("X-Auth-Organization")).contains("org_x");
    assertThat(token.last().headers().get("X-Request-Id")).containsExactly("abc");
    assertThat(token.last().headers().getFirst("traceparent"))
        .isEqualTo(response.headers().firstValue("traceparent").orElseThrow());
  }

  @Test
  void queriesAndBodiesArriveAsTheyWereSent() throws Exception {
    get("/v1/organizations/acme/events?from=a%2Bb%26c&type=%C3%BC&type=x%20y");
    assertThat(java.net.URLDecoder.decode(query.last().uri().split("\\?")[1], "UTF-8"))
        .isEqualTo("from=a+b&c&type=ü&type=x y");

    String form = "grant_type=client_credentials&client_id=a%2Bb&scope=x+y&scope=z&empty=";
    send(
        gateway,
        "/oauth2/token?x=1",
        b ->
            b.header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    assertThat(new String(token.last().body(), StandardCharsets.UTF_8)).isEqualTo(form);
    assertThat(token.last().uri()).isEqualTo("/oauth2/token?x=1");

    send(gateway, "/v1/authorize", b -> b.method("PURGE", BodyPublishers.noBody()));
    assertThat(token.last().method()).isEqualTo("PURGE");

    for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
      send(
          gateway,
          "/v1/organizations/acme/policy",
          b ->
              b.header("Content-Type", "application/json")
                  .method(method, BodyPublishers.ofString("{\"ü\":1}")));
      assertThat(command.last().method()).isEqualTo(method);
      assertThat(new String(command.last().body(), StandardCharsets.UTF_8)).isEqualTo("{\"ü\":1}");
    }
  }

  @Test
  void answersArriveAsTheyWereGiven() throws Exception {
    command.answer(e -> {
      e.getResponseHeaders().set("Keyledger-Position", "7");
      e.getResponseHeaders().set("Content-Type", "application/problem+json");
      StubUpstream.respond(e, 409, "{\"code\":\"key_limit_reached\"}");
    });
    HttpResponse<String> refused = post("/v1/organizations/acme/keys", "{}");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).isEqualTo("{\"code\":\"key_limit_reached\"}");
    assertThat(refused.headers().firstValue("Keyledger-Position")).contains("7");

    token.answer(e -> StubUpstream.respond(e, 204, ""));
    assertThat(send(gateway, "/v1/sessions/current", b -> b.DELETE()).statusCode()).isEqualTo(204);

    query.answer(e -> {
      e.getResponseHeaders().set("Location", "/elsewhere");
      StubUpstream.respond(e, 302, "");
    });
    assertThat(get("/v1/organizations").statusCode()).isEqualTo(302);
  }

  @Test
  void aCompressedAnswerStaysCompressed() throws Exception {
    query.answer(e -> {
      e.getResponseHeaders().set("Content-Encoding", "gzip");
      e.sendResponseHeaders(200, 0);
      try (var out = new GZIPOutputStream(e.getResponseBody())) {
        out.write("compressed".getBytes());
      }
    });
    HttpResponse<byte[]> response =
        HTTP.send(
            HttpRequest.newBuilder(uri(gateway, "/v1/organizations"))
                .header("Accept-Encoding", "gzip")
                .build(),
            BodyHandlers.ofByteArray());
    assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes())
        .isEqualTo("compressed".getBytes());
  }

  @Test
  void aStreamArrivesWhileItIsStillBeingWritten() throws Exception {
    var firstWasSeen = new CountDownLatch(1);
    query.answer(e -> {
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
        HTTP.send(
            HttpRequest.newBuilder(uri(gateway, "/v1/organizations/acme/events")).build(),
            BodyHandlers.ofInputStream());
    try (var lines = new BufferedReader(new InputStreamReader(response.body()))) {
      assertThat(lines.readLine()).isEqualTo("data: 1");
      firstWasSeen.countDown();
      lines.readLine();
      assertThat(lines.readLine()).isEqualTo("data: 2");
    }
  }

  @Test
  void aServiceThatIsAwayIs503AndSaysNothingOfIt() throws Exception {
    HttpResponse<String> response =
        send(behindProxy, "/v1/organizations/o/verify", b -> b.DELETE());
    assertProblem(response, 503, "upstream_unavailable");
    assertThat(response.body()).doesNotContain("Exception").doesNotContain("localhost");
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void aServiceThatIsSilentIs504() throws Exception {
    var end = new CountDownLatch(1);
    query.answer(e -> {
      try {
        end.await();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    });
    assertProblem(get("/v1/organizations"), 504, "upstream_timeout");
    end.countDown();
  }

  @Test
  void aServiceThatHangsUpIs503() throws Exception {
    query.answer(e -> e.close());
    assertProblem(get("/v1/organizations"), 503, "upstream_unavailable");
  }

  @Test
  void aBodyThatIsTooLargeGoesNoFurther() throws Exception {
    String large = "x".repeat(70_000);
    assertProblem(post("/v1/organizations", large), 413, "body_too_large");
    HttpResponse<String> untold =
        send(
            gateway,
            "/v1/organizations",
            b ->
                b.header("Content-Type", "application/json")
                    .POST(
                        BodyPublishers.ofInputStream(
                            () -> new ByteArrayInputStream(large.getBytes()))));
    assertProblem(untold, 413, "body_too_large");
  }

  @Test
  void oneDocumentDescribesWhatIsRouted() throws Exception {
    command.answer(e ->
        StubUpstream.respond(
            e,
            200,
            """
            {"openapi":"3.1.0","paths":{
              "/v1/organizations/{org}/keys":{"post":{"operationId":"createKey","responses":
                {"201":{"$ref":"#/components/schemas/Key"}}}},
              "/internal/x":{"post":{}}},
             "components":{"schemas":{"Key":{"type":"object"}}}}
            """));
    query.answer(e ->
        StubUpstream.respond(
            e,
            200,
            """
            {"openapi":"3.1.0","paths":{
              "/v1/organizations/{org}/keys":{"get":{"operationId":"keys","responses":
                {"200":{"$ref":"#/components/schemas/Key"}}}}},
             "components":{"schemas":{"Key":{"type":"string"}}}}
            """));
    token.answer(e -> StubUpstream.respond(e, 200, "{\"openapi\":\"3.1.0\",\"paths\":{}}"));
    JsonNode document = JsonMapper.shared().readTree(get("/openapi.json").body());
    assertThat(document.path("openapi").asString()).isEqualTo("3.1.0");
    JsonNode keys = document.path("paths").path("/v1/organizations/{org}/keys");
    assertThat(keys.at("/post/responses/201/$ref").asString())
        .isEqualTo("#/components/schemas/Key");
    assertThat(keys.at("/get/responses/200/$ref").asString())
        .isEqualTo("#/components/schemas/QueryKey");
    assertThat(document.at("/components/schemas/QueryKey/type").asString()).isEqualTo("string");
    assertThat(document.path("paths").has("/internal/x")).isFalse();
  }

  private static void assertProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(JsonMapper.shared().readTree(response.body()).path("code").asString())
        .isEqualTo(code);
    assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
  }

  private static HttpResponse<String> get(String path, String... headers) throws Exception {
    return send(gateway, path, b -> headers.length == 0 ? b : b.headers(headers));
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        gateway,
        path,
        b -> b.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> send(
      ConfigurableApplicationContext through,
      String path,
      UnaryOperator<HttpRequest.Builder> change)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(through, path)).timeout(Duration.ofSeconds(10));
    return HTTP.send(change.apply(request).build(), BodyHandlers.ofString());
  }

  private static String rawGet(String path) throws Exception {
    return raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n");
  }

  /** As the JDK's client would never send it. */
  private static String raw(String head) throws Exception {
    String connection = head.contains("Connection:") ? "" : "Connection: close\r\n";
    try (var socket = new Socket("127.0.0.1", uri(gateway, "/").getPort())) {
      socket.getOutputStream().write((head + connection + "\r\n").getBytes());
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static URI uri(ConfigurableApplicationContext through, String path) {
    return URI.create(
        "http://127.0.0.1:" + through.getEnvironment().getProperty("local.server.port") + path);
  }
}
