package dev.keyledger.kit.web;

import static dev.keyledger.testkit.TokenForge.ORG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.client.revocations.Revocations;
import dev.keyledger.client.revocations.TokenTraits;
import dev.keyledger.client.revocations.Verdict;
import dev.keyledger.client.spring.EndpointAccess;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.testkit.RawHttp;
import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.TokenForge;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The starter in a real server, with a token-service that is a stub but speaks real HTTP. */
class StarterTest {
  private static final MovableClock CLOCK = new MovableClock();
  private static final TokenForge FORGE = new TokenForge("k1", CLOCK);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static StubServer tokenService;
  private static ConfigurableApplicationContext service;
  private static volatile boolean fresh = true;

  @BeforeAll
  static void start() {
    tokenService = new StubServer();
    service = start(ProtectedApplication.class);
  }

  private static ConfigurableApplicationContext start(Class<?>... sources) {
    var application = new SpringApplication(sources);
    application.addInitializers(context -> {
      var beans = (GenericApplicationContext) context;
      beans.registerBean(Clock.class, () -> CLOCK);
      beans.registerBean(Revocations.class, KnownRevocations::new);
    });
    return application.run(
        "--server.port=0",
        "--spring.application.name=protected",
        "--keyledger.issuer=" + TokenForge.ISSUER,
        "--keyledger.trusted-proxies=127.0.0.1,::1",
        "--keyledger.organization-requests=4",
        "--keyledger.client.api-key=kl_platform_key",
        "--keyledger.token-service.url=" + tokenService.uri(""));
  }

  @AfterAll
  static void stop() {
    service.close();
    tokenService.close();
  }

  @BeforeEach
  void publishKeys() {
    fresh = true;
    tokenService.asked().clear();
    introspectionAnswers(200, "{\"active\":false}");
  }

  private static void introspectionAnswers(int status, String json) {
    tokenService.answer(exchange -> {
      boolean keys = exchange.getRequestURI().getPath().equals("/.well-known/jwks.json");
      StubServer.answerJson(
          exchange, keys ? 200 : status, keys ? "{\"keys\":[" + FORGE.jwk() + "]}" : json);
    });
  }

  @Test
  void aPublicEndpointAsksNobodyEvenWithACredential() throws Exception {
    assertThat(get("/public").statusCode()).isEqualTo(200);
    assertThat(get("/public", "Authorization", "Bearer junk").statusCode()).isEqualTo(200);
  }

  @Test
  void withoutACredentialItIs401AndSaysWhichScheme() throws Exception {
    HttpResponse<String> response = get("/me");
    assertProblem(response, 401, "unauthenticated");
    assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
  }

  @Test
  void severalCredentialsAre401() throws Exception {
    assertProblem(
        get("/me", "Authorization", "Bearer " + FORGE.token(), "X-Api-Key", "sk_live_x"),
        401,
        "multiple_credentials");
    assertProblem(
        get("/me", "Authorization", "Bearer a", "Authorization", "Bearer b"),
        401,
        "multiple_credentials");
  }

  @Test
  void aTokenMakesACallerWithTheAddressThatTheProxySaw() throws Exception {
    HttpResponse<String> response =
        get("/me", "Authorization", bearer(), "X-Forwarded-For", "6.6.6.6, 203.0.113.9");
    JsonNode body = json(response);
    assertThat(body.path("kind").asString()).isEqualTo("member");
    assertThat(body.path("address").asString()).isEqualTo("203.0.113.9");
  }

  @Test
  void anAnswerThatComesLaterIsAuthenticatedOnce() throws Exception {
    fresh = false;
    introspectionAnswers(
        200, "{\"active\":true,\"kind\":\"operator\",\"sub\":\"" + TokenForge.PERSON + "\"}");
    assertThat(get("/later", "Authorization", bearer()).statusCode()).isEqualTo(200);
    assertThat(tokenService.asked().stream().filter(a -> a.method().equals("POST"))).hasSize(1);
  }

  @Test
  void staleAndWithoutTokenServiceIs503() throws Exception {
    fresh = false;
    introspectionAnswers(503, "{}");
    assertProblem(get("/me", "Authorization", bearer()), 503, "not_fresh");
  }

  @Test
  void rulesAreEnforced() throws Exception {
    assertThat(get("/person", "Authorization", bearer()).statusCode()).isEqualTo(200);
    assertProblem(get("/operator", "Authorization", bearer()), 403, "forbidden");
    String ofKey = "Bearer " + FORGE.sign(FORGE.keyClaims());
    assertProblem(get("/person", "Authorization", ofKey), 403, "forbidden");
    String operator =
        "Bearer "
            + FORGE.token(claims -> {
              claims.remove("org");
              claims.put("kind", "operator");
              return claims;
            });
    assertThat(get("/operator", "Authorization", operator).statusCode()).isEqualTo(200);
    assertThat(get("/organizations/any/clients", "Authorization", operator).statusCode())
        .isEqualTo(200);
  }

  @Test
  void anotherOrganisationIsForbiddenWhetherItExistsOrNot() throws Exception {
    for (String own : new String[] {ORG, "acme"}) {
      assertThat(get("/organizations/" + own + "/clients", "Authorization", bearer()).statusCode())
          .isEqualTo(200);
    }
    assertProblem(get("/organizations/other/clients", "Authorization", bearer()), 403, "forbidden");
    String poorer =
        "Bearer "
            + FORGE.token(claims -> {
              claims.put("scope", "other.read");
              return claims;
            });
    assertProblem(get("/organizations/acme/clients", "Authorization", poorer), 403, "forbidden");
  }

  @Test
  void anOrganisationWhoseRequestsWaitLeavesHalfOfAllToTheOthers() throws Exception {
    String another =
        "Bearer "
            + FORGE.token(claims -> {
              claims.put("org", "org_01890a5d-ac96-774b-bcce-b302099a8057");
              return claims;
            });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HttpResponse<String>>> waiting =
          Stream.generate(() -> threads.submit(() -> get("/waits", "Authorization", bearer())))
              .limit(2)
              .toList();
      ProtectedApplication.ARRIVED.acquire(2);
      try {
        HttpResponse<String> refused = get("/person", "Authorization", bearer());
        assertProblem(refused, 503, "busy");
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(get("/person", "Authorization", another).statusCode()).isEqualTo(200);
        assertThat(get("/public").statusCode()).isEqualTo(200);
      } finally {
        ProtectedApplication.LEAVING.release(2);
      }
      for (Future<HttpResponse<String>> answer : waiting) {
        assertThat(answer.get().statusCode()).isEqualTo(200);
      }
    }
    for (int i = 0; i < 5; i++) {
      assertThat(get("/later", "Authorization", bearer()).statusCode()).isEqualTo(200);
      assertThat(get("/organizations/other/clients", "Authorization", bearer()).statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void theHostsEnvironmentCountsFromATrustedProxy() throws Exception {
    String ofKey = "Bearer " + FORGE.sign(FORGE.keyClaims());
    assertThat(get("/me", "Authorization", ofKey, "Keyledger-Environment", "live").statusCode())
        .isEqualTo(200);
    assertProblem(
        get("/me", "Authorization", ofKey, "Keyledger-Environment", "sandbox"),
        401,
        "wrong_environment");
  }

  @Test
  void aKeyIsAskedAboutWithThisServicesOwnKey() throws Exception {
    assertProblem(
        get("/me", "X-Api-Key", someKey(), "X-Forwarded-For", "203.0.113.9"),
        401,
        "invalid_credential");
    StubServer.Asked asked = tokenService.asked().getLast();
    assertThat(asked.headers().getFirst("Authorization")).isEqualTo("Bearer kl_platform_key");
    assertThat(asked.body()).contains("client_ip=203.0.113.9");
  }

  @Test
  void bodiesAreReadStrictly() throws Exception {
    String good =
        "{\"name\":\"a\",\"count\":1,\"at\":\"2026-05-28T16:43:58.1239+02:00\",\"pause\":\"PT5M\","
            + "\"colour\":\"dark_red\"}";
    HttpResponse<String> response = post("/things", good, "application/json");
    assertThat(response.body())
        .isEqualTo(
            "{\"name\":\"a\",\"count\":1,\"at\":\"2026-05-28T14:43:58.123Z\",\"pause\":\"PT5M\","
                + "\"colour\":\"dark_red\"}");

    assertField(good.replace("\"name\"", "\"nam\""), "nam");
    assertField(good.replace("\"a\"", "5"), "name");
    assertField(good.replace("1,", "\"1\","), "count");
    assertField(good.replace("1,", "1.5,"), "count");
    assertField(good.replace("1,", "null,"), "count");
    assertField(good.replace("1,", "-1,"), "body");
    assertField(good.replace("2026-05", "2026-15"), "at");
    assertField(good.replace("\"2026-05-28T16:43:58.1239+02:00\"", "1780000000"), "at");
    assertField(good.replace("dark_red", "blue"), "colour");
    assertField(good.replace("\"dark_red\"", "1"), "colour");
    assertField("[]", "body");

    assertProblem(post("/things", "{\"name\":", "application/json"), 400, "malformed_json");
    assertProblem(post("/things", "", "application/json"), 400, "malformed_json");
    assertProblem(
        post("/things", "{\"count\":1,\"count\":2}", "application/json"), 400, "malformed_json");
    assertProblem(post("/things", good + "x", "application/json"), 400, "malformed_json");
    assertProblem(post("/things", good, "text/plain"), 415, "unsupported_media_type");
  }

  @Test
  void aBodyThatIsTooLargeIs413WhetherItsLengthIsToldOrNot() throws Exception {
    String large = "{\"name\":\"" + "x".repeat(70_000) + "\"}";
    assertProblem(post("/things", large, "application/json"), 413, "body_too_large");

    HttpRequest untold =
        HttpRequest.newBuilder(uri("/things"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.fromPublisher(
                    BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(large.getBytes()))))
            .build();
    assertProblem(HTTP.send(untold, BodyHandlers.ofString()), 413, "body_too_large");
  }

  @Test
  void partsThatAreNoneAreOnlyAnotherMediaType() throws Exception {
    assertThat(post("/things", "no parts", "multipart/form-data").statusCode()).isEqualTo(415);
  }

  @Test
  void parametersThatCannotBeReadAreTheCallersFault() throws Exception {
    RawHttp.Answer answer =
        RawHttp.send(uri("/things").getPort(), "GET /things?limit=%zz HTTP/1.1");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"bad_request\"");
  }

  @Test
  void everyRefusalIsAProblem() throws Exception {
    assertProblem(get("/nowhere"), 404, "not_found");
    HttpResponse<String> wrongMethod = send(b -> b.DELETE(), "/things");
    assertProblem(wrongMethod, 405, "method_not_allowed");
    assertThat(wrongMethod.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS, POST");
    assertProblem(get("/public", "Accept", "image/png"), 406, "not_acceptable");
    assertProblem(get("/things"), 422, "invalid_field");
    assertProblem(get("/things?limit=many"), 422, "invalid_field");
    HttpResponse<String> broken = get("/broken");
    assertProblem(broken, 500, "internal");
    assertThat(broken.body()).doesNotContain("secret");

    HttpResponse<String> refused = get("/refused");
    assertThat(refused.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409,\"code\":\"taken\","
                + "\"detail\":\"It is taken.\",\"by\":\"somebody\"}");
    assertThat(refused.headers().firstValue("Retry-After")).contains("3");
  }

  @Test
  void aSaneRequestIdIsKeptAndAnotherReplaced() throws Exception {
    assertThat(get("/public", "X-Request-Id", "abc-1.2_3").headers().firstValue("X-Request-Id"))
        .contains("abc-1.2_3");
    assertThat(
            get("/public", "X-Request-Id", "a b").headers().firstValue("X-Request-Id").orElse(""))
        .isNotEqualTo("a b")
        .hasSize(36);
    assertThat(get("/nowhere").headers().firstValue("X-Request-Id")).isPresent();
  }

  @Test
  void aTraceGoesOnWithASpanOfOurOwn() throws Exception {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    String answered =
        get("/public", "traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
            .headers()
            .firstValue("traceparent")
            .orElseThrow();
    assertThat(answered).matches("00-" + trace + "-[0-9a-f]{16}-01").doesNotContain("00f067aa");
    assertThat(get("/public", "traceparent", "junk").headers().firstValue("traceparent"))
        .get()
        .asString()
        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
  }

  @Test
  void everyEndpointOfTheExampleDeclaresARule() {
    assertThat(EndpointAccess.undeclaredIn(service)).isEmpty();
  }

  private static void assertField(String body, String field) throws Exception {
    HttpResponse<String> response = post("/things", body, "application/json");
    assertProblem(response, 422, "invalid_field");
    assertThat(json(response).path("field").asString()).isEqualTo(field);
  }

  private static void assertProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode body = json(response);
    assertThat(body.path("code").asString()).isEqualTo(code);
    assertThat(body.path("status").asInt()).isEqualTo(status);
    assertThat(body.path("type").asString()).isEqualTo("about:blank");
  }

  private static String bearer() {
    return "Bearer " + FORGE.token();
  }

  private static String someKey() {
    return dev.keyledger.events.credential.KeySecret.mint("sk_live", 'a', new byte[32])
        .text()
        .revealSecret();
  }

  private static HttpResponse<String> get(String path, String... headers) throws Exception {
    return send(b -> headers.length == 0 ? b : b.headers(headers), path);
  }

  private static HttpResponse<String> post(String path, String body, String type) throws Exception {
    return send(b -> b.header("Content-Type", type).POST(BodyPublishers.ofString(body)), path);
  }

  private static HttpResponse<String> send(UnaryOperator<HttpRequest.Builder> change, String path)
      throws IOException, InterruptedException {
    return HTTP.send(
        change.apply(HttpRequest.newBuilder(uri(path))).build(), BodyHandlers.ofString());
  }

  private static URI uri(String path) {
    return URI.create(
        "http://localhost:" + service.getEnvironment().getProperty("local.server.port") + path);
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }

  private static final class KnownRevocations implements Revocations {
    @Override
    public boolean isFresh() {
      return fresh;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public Verdict judge(TokenTraits token) {
      return Verdict.LIVE;
    }
  }
}
