package dev.keyledger.client.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.testkit.MovableClock;
import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.TokenForge;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The starter is a guest: it authenticates, and everything else of its host stays as it was. */
class HostTest {
  private static final MovableClock CLOCK = new MovableClock();
  private static final TokenForge FORGE = new TokenForge("k1", CLOCK);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int FIVE_MEGABYTES = 5 * 1024 * 1024;

  private static StubServer keyledger;
  private static ConfigurableApplicationContext host;

  @BeforeAll
  static void start() {
    keyledger = new StubServer();
    host = host();
  }

  /** The three lines that a host adds, and a multipart limit of its own. */
  private static ConfigurableApplicationContext host(String... settings) {
    var application = new SpringApplication(HostApplication.class);
    application.addInitializers(
        context -> ((GenericApplicationContext) context).registerBean(Clock.class, () -> CLOCK));
    var all = new java.util.ArrayList<String>();
    all.add("--server.port=0");
    all.add("--spring.servlet.multipart.max-file-size=10MB");
    all.add("--spring.servlet.multipart.max-request-size=10MB");
    all.add("--management.endpoint.health.show-components=always");
    all.add("--keyledger.client.issuer=" + TokenForge.ISSUER);
    all.add("--keyledger.client.url=" + keyledger.uri(""));
    all.add("--keyledger.client.api-key=kl_platform_key");
    all.addAll(java.util.List.of(settings));
    return application.run(all.toArray(String[]::new));
  }

  @AfterAll
  static void stop() {
    host.close();
    keyledger.close();
  }

  @BeforeEach
  void keyledgerAnswers() {
    introspectionAnswers("{\"active\":false}");
  }

  private static void introspectionAnswers(String json) {
    keyledger.answer(exchange -> {
      boolean keys = exchange.getRequestURI().getPath().equals("/.well-known/jwks.json");
      StubServer.answerJson(exchange, 200, keys ? "{\"keys\":[" + FORGE.jwk() + "]}" : json);
    });
  }

  private static void introspectionAcceptsAMember() {
    introspectionAnswers(
        """
        {"active":true,"sub":"%s","kind":"member","org":"%s","slug":"acme","mem":"%s","sid":"%s",
         "scope":"clients.read","iat":1}\
        """
            .formatted(TokenForge.PERSON, TokenForge.ORG, TokenForge.MEMBER, TokenForge.SESSION));
  }

  @Test
  void itsJsonKeepsItsNames() throws Exception {
    assertThat(get("/open").body()).isEqualTo("{\"invoiceNumber\":\"2026-1\",\"totalCents\":100}");
  }

  @Test
  void unknownFieldsArePassedOverAsBefore() throws Exception {
    var answer =
        post("/open", "application/json", "{\"invoiceNumber\":\"1\",\"totalCents\":1,\"more\":2}");
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void anUploadOfFiveMegabytesGoesThrough() throws Exception {
    String head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
    byte[] file = new byte[FIVE_MEGABYTES];
    var body =
        BodyPublishers.ofByteArrays(
            java.util.List.of(
                head.getBytes(StandardCharsets.US_ASCII),
                file,
                "\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII)));
    var answer = post("/uploads", "multipart/form-data; boundary=b", body);
    assertThat(answer.body()).isEqualTo("{\"sizeInBytes\":" + FIVE_MEGABYTES + "}");
  }

  @Test
  void aStaticPageIsServed() throws Exception {
    assertThat(get("/page.html").body()).contains("A page of the host");
  }

  @Test
  void itsErrorsLookAsTheyDid() throws Exception {
    var broken = get("/broken");
    assertThat(broken.statusCode()).isEqualTo(500);
    assertThat(broken.body()).contains("\"timestamp\"").contains("\"path\":\"/broken\"");
    assertThat(get("/nothing").body()).contains("\"path\":\"/nothing\"");
  }

  @Test
  void itsHealthHasNoPartOfOurs() throws Exception {
    var health = get("/actuator/health");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body()).doesNotContain("revocations");
  }

  @Test
  void anEndpointWithoutAnAnnotationIsOpenUnlessItTakesACaller() throws Exception {
    assertThat(get("/open").statusCode()).isEqualTo(200);
    assertThat(get("/mine").statusCode()).isEqualTo(401);
    introspectionAcceptsAMember();
    assertThat(get("/mine", "Authorization", "Bearer " + FORGE.token()).body())
        .isEqualTo("{\"callerKind\":\"MEMBER\"}");
  }

  @Test
  void whatOthersGetIsASetting() throws Exception {
    try (var strict = host("--keyledger.client.undeclared-endpoints=authenticated")) {
      assertThat(get(strict, "/open").statusCode()).isEqualTo(401);
    }
    try (var strict = host("--keyledger.client.undeclared-endpoints=denied")) {
      assertThat(get(strict, "/open").statusCode()).isEqualTo(403);
    }
    assertThatThrownBy(() -> host("--keyledger.client.undeclared-endpoints=refuse-to-start"))
        .hasMessageContaining("/open")
        .hasMessageContaining("@Requires");
  }

  @Test
  void aRefusalSaysWhyInTheHostsOwnForm() throws Exception {
    var none = get("/clients");
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    var two = get("/clients", "Authorization", "Bearer a", "X-Api-Key", "b");
    assertThat(two.statusCode()).isEqualTo(401);
    introspectionAcceptsAMember();
    String token = "Bearer " + FORGE.token();
    assertThat(get("/clients", "Authorization", token).statusCode()).isEqualTo(200);
    assertThat(get("/payments", "Authorization", token).statusCode()).isEqualTo(403);
    assertThat(get("/organizations/acme/clients", "Authorization", token).statusCode())
        .isEqualTo(200);
    assertThat(get("/organizations/other/clients", "Authorization", token).statusCode())
        .isEqualTo(403);
  }

  @Test
  void nobodyIsAcceptedWhileKeyledgerIsSilent() throws Exception {
    keyledger.answer(exchange -> {
      exchange.sendResponseHeaders(503, -1);
      exchange.close();
    });
    var answer = get("/clients", "Authorization", "Bearer a.b.c.d.e");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
  }

  private static HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    return get(host, path, headers);
  }

  private static HttpResponse<String> get(
      ConfigurableApplicationContext host, String path, String... headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri(host, path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String path, String type, String body)
      throws IOException, InterruptedException {
    return post(path, type, BodyPublishers.ofString(body));
  }

  private static HttpResponse<String> post(String path, String type, BodyPublisher body)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(uri(host, path)).header("Content-Type", type).POST(body).build(),
        BodyHandlers.ofString());
  }

  private static URI uri(ConfigurableApplicationContext host, String path) {
    return URI.create(
        "http://localhost:" + host.getEnvironment().getProperty("local.server.port") + path);
  }
}
