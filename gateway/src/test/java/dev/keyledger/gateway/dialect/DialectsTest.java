package dev.keyledger.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.gateway.GatewayUnderTest;
import dev.keyledger.gateway.StubUpstream;
import dev.keyledger.gateway.StubUpstream.Reached;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every dialect has from the machinery, shown on one that nobody published. */
class DialectsTest {
  private static GatewayUnderTest gateway;

  @BeforeAll
  static void start() {
    gateway = GatewayUnderTest.start(SampleDialect.class);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @BeforeEach
  void everythingIsGood() {
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("X-Auth-Organization", "org_1");
          e.getResponseHeaders().set("X-Auth-Subject", "key_1");
          StubUpstream.respond(e, 200, "{\"access_token\":\"t\"}");
        });
    gateway.query().answer(e -> StubUpstream.respond(e, 200, "{}"));
    gateway.downstream().answer(e -> StubUpstream.respond(e, 200, "{\"things\":[]}"));
  }

  @Test
  void aServiceIsToldTheDialectAndWhoTheClientIs() throws Exception {
    gateway.send(
        "/sample/login",
        b ->
            b.headers(
                    "Content-Type", "application/json; charset=utf-8",
                    "Authorization", "Bearer a",
                    "X-Api-Key", "b",
                    "User-Agent", "curl/8",
                    "Keyledger-Dialect", "forged",
                    "X-Forwarded-For", "6.6.6.6",
                    "X-Request-Id", "id-1",
                    "Cookie", "c=d",
                    "X-Custom", "e")
                .POST(BodyPublishers.ofString("{\"user\":\"ü\",\"age\":3,\"tags\":[\"x\"]}")));
    Reached reached = gateway.token().last();
    assertThat(reached.uri()).isEqualTo("/v1/tokens");
    assertThat(text(reached)).isEqualTo("{\"key_id\":\"ü\",\"age\":3,\"tags\":[\"x\"]}");
    assertThat(reached.headers().get("Keyledger-Dialect")).containsExactly("sample");
    assertThat(reached.headers().get("Keyledger-Environment")).containsExactly("live");
    assertThat(reached.headers().get("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(reached.headers().get("Authorization")).containsExactly("Bearer a");
    assertThat(reached.headers().get("X-Api-Key")).containsExactly("b");
    assertThat(reached.headers().get("User-Agent")).containsExactly("curl/8");
    assertThat(reached.headers().get("X-Request-Id")).containsExactly("id-1");
    assertThat(reached.headers()).doesNotContainKeys("Cookie", "X-custom");
  }

  @Test
  void severalAuthorizationsStayVisible() throws Exception {
    gateway.send(
        "/sample/resource",
        b -> b.header("Authorization", "Bearer a").header("Authorization", "Bearer b"));
    assertThat(gateway.token().last().headers().get("Authorization"))
        .containsExactly("Bearer a", "Bearer b");
  }

  @Test
  void fieldsThatNobodyAsksForArePassedOver() throws Exception {
    HttpResponse<String> answer =
        gateway.post("/sample/login", "{\"other\":{\"user\":[\"v\",null]},\"user\":\"u\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(text(gateway.token().last())).isEqualTo("{\"key_id\":\"u\",\"age\":0,\"tags\":[]}");
  }

  @Test
  void whatIsWrittenHereIsStoredNowhere() throws Exception {
    HttpResponse<String> answer = gateway.post("/sample/login", "{\"user\":\"u\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"token\":\"t\"}");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.headers().firstValue("Vary")).contains("Origin");
    assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
  }

  @Test
  void aFormIsEncodedAndCarriesNoCredentialWhenNoneIsDue() throws Exception {
    HttpResponse<String> answer =
        gateway.send(
            "/sample/refresh",
            b ->
                b.headers("Content-Type", "application/json", "Authorization", "Bearer stale")
                    .POST(BodyPublishers.ofString("{\"token\":\"a b&c=d\"}")));
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(text(gateway.token().last())).isEqualTo("refresh_token=a+b%26c%3Dd");
    assertThat(gateway.token().last().headers()).doesNotContainKey("Authorization");
  }

  @Test
  void aHostOfOtherEnvironmentsIsNoPlaceForOneThatThePathNames() throws Exception {
    int before = gateway.token().reached().size();
    assertThat(
            gateway.raw(
                "POST /sample/login HTTP/1.1\r\nHost: sandbox.localhost\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 12\r\n",
                "{\"user\":\"u\"}"))
        .contains(" 401 ")
        .contains("{\"sample_error\":\"wrong_environment\"}");
    assertThat(gateway.token().reached()).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "\"user\"",
        "{",
        "{\"user\":\"u\"} {}",
        "{\"user\":\"u\",\"user\":\"v\"}",
        "{\"user\":\"u\",\"other\":1,\"other\":2}",
        "{}",
        "{\"user\":\"\"}",
        "{\"user\":null}",
        "{\"user\":7}",
        "{\"user\":true}",
        "{\"user\":[\"u\"]}",
        "{\"user\":\"\\ud800\"}",
        "{\"user\":\"u\",\"age\":\"3\"}",
        "{\"user\":\"u\",\"age\":3.0}",
        "{\"user\":\"u\",\"age\":1e999999999}",
        "{\"user\":\"u\",\"age\":99999999999999999999}",
        "{\"user\":\"u\",\"tags\":\"x\"}",
        "{\"user\":\"u\",\"tags\":[1]}",
        "{\"user\":\"u\",\"tags\":[null]}",
      })
  void aBodyOfAnotherFormIs400InTheDialectsWords(String body) throws Exception {
    int before = gateway.token().reached().size();
    HttpResponse<String> answer = gateway.post("/sample/login", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).startsWith("{\"sample_error\":");
    assertThat(gateway.token().reached()).hasSize(before);
  }

  @Test
  void aBodyInAnotherEncodingOrNestedWithoutEndIs400() throws Exception {
    for (byte[] body :
        List.of(
            "{\"user\":\"u\"}".getBytes(StandardCharsets.UTF_16),
            new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'},
            "[".repeat(30_000).getBytes(StandardCharsets.UTF_8))) {
      HttpResponse<String> answer =
          gateway.send(
              "/sample/login",
              b ->
                  b.header("Content-Type", "application/json")
                      .POST(BodyPublishers.ofByteArray(body)));
      assertThat(answer.statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aBodyOfAnotherTypeIs415() throws Exception {
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "nonsense")) {
      assertRefused(
          gateway.send(
              "/sample/login",
              b -> b.header("Content-Type", type).POST(BodyPublishers.ofString("{}"))),
          415,
          "unsupported_media_type");
    }
    assertRefused(
        gateway.send("/sample/login", b -> b.POST(BodyPublishers.noBody())),
        415,
        "unsupported_media_type");
  }

  @Test
  void aBodyThatIsTooLargeIs413ToldOrUntold() throws Exception {
    String large = "{\"user\":\"" + "x".repeat(70_000) + "\"}";
    assertRefused(gateway.post("/sample/login", large), 413, "body_too_large");
    assertRefused(
        gateway.send(
            "/sample/resource",
            b ->
                b.POST(
                    BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(large.getBytes())))),
        413,
        "body_too_large");
  }

  @Test
  void anotherMethodIs405WithThoseThatAreTaken() throws Exception {
    HttpResponse<String> login = gateway.send("/sample/login", b -> b.GET());
    assertRefused(login, 405, "method_not_allowed");
    assertThat(login.headers().firstValue("Allow")).contains("POST");
    HttpResponse<String> things = gateway.send("/sample/things/1", b -> b.DELETE());
    assertThat(things.headers().firstValue("Allow")).contains("GET, HEAD, POST");
  }

  @Test
  void headIsGetWithoutItsBody() throws Exception {
    HttpResponse<String> answer =
        gateway.send("/sample/things/1", b -> b.method("HEAD", BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void whatIsBelowItsPathsIsTheDialects() throws Exception {
    assertRefused(gateway.get("/sample/login/other"), 404, "not_found");
    assertRefused(gateway.get("/sample/things/1/2"), 404, "not_found");
    assertThat(gateway.raw("GET /sample/resource/../x HTTP/1.1\r\nHost: localhost\r\n", ""))
        .contains(" 400 ")
        .contains("{\"sample_error\":\"bad_request\"}");
    assertThat(gateway.get("/sample/loginx").body()).contains("\"code\":\"not_found\"");
  }

  @Test
  void anAddressThatTheServerCannotReadIsToldInTheFormOfWhoseItIs() throws Exception {
    String head = "GET %s HTTP/1.1\r\nHost: localhost\r\n";
    for (String address :
        List.of(
            "/sample/things/%00", "/sample/things/%ff", "/sample/login/%zz", "/sample/login;%")) {
      assertThat(gateway.raw(head.formatted(address), ""))
          .contains(" 400 ")
          .contains("Content-Type: application/json")
          .endsWith("{\"sample_error\":\"bad_request\"}");
    }
    for (String address : List.of("/nowhere/%00", "/sample/resource?x=|<>")) {
      assertThat(gateway.raw(head.formatted(address), ""))
          .contains(" 400 ")
          .contains("Content-Type: application/problem+json")
          .contains("\"code\":\"bad_request\"");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
        "HTTP/1.1\r\nTransfer-Encoding: unheard-of\r\n",
        "HTTP/1.1\r\nContent-Length: -1\r\n",
        "HTTP/7.1\r\n"
      })
  void aRequestThatIsNoHttpIsNeverAFaultOfOurs(String rest) throws Exception {
    String head =
        "POST /sample/login " + rest + "Host: localhost\r\nContent-Type: application/json\r\n";
    String answer = gateway.raw(head, "no chunk\r\n");
    assertThat(answer)
        .contains(" 400 ")
        .contains("Content-Type: application/json")
        .endsWith("{\"sample_error\":\"bad_request\"}");
    assertThat(answer.split("Cache-Control", -1)).hasSize(2);
  }

  @Test
  void moreCookiesThanTheServerReadsAreToldInTheFormOfWhoseThePathIs() throws Exception {
    String head =
        "POST /sample/login HTTP/1.1\r\nHost: localhost\r\nCookie: " + "a=b; ".repeat(250);
    assertThat(gateway.raw(head + "\r\n", ""))
        .contains(" 400 ")
        .endsWith("{\"sample_error\":\"bad_request\"}");
  }

  @Test
  void whatTheServerRefusesByItselfIsToldInTheFormOfWhoseItIs() throws Exception {
    String post =
        "POST /sample/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    for (String head :
        List.of(
            "CONNECT /sample/login HTTP/1.1\r\nHost: localhost\r\n",
            post + "Expect: miracles\r\n",
            post + "Transfer-Encoding: miracles\r\n",
            "GET /sample/login HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n")) {
      assertThat(gateway.raw(head, ""))
          .contains(" 400 ")
          .endsWith("{\"sample_error\":\"bad_request\"}");
    }
    assertThat(gateway.raw("TRACE /sample/login HTTP/1.1\r\nHost: localhost\r\n", ""))
        .contains(" 405 ")
        .contains("{\"sample_error\":\"method_not_allowed\"}");
  }

  @Test
  void aRangeOfMediaTypesIsNoMediaType() throws Exception {
    for (String type : List.of("*/*", "application/*", "application/*+json")) {
      for (String path : List.of("/sample/login", "/v1/sessions")) {
        HttpResponse<String> answer =
            gateway.send(
                path, b -> b.header("Content-Type", type).POST(BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).as(path + " " + type).isEqualTo(415);
      }
    }
  }

  @Test
  void aBodyThatCannotBeReadIsTheClientsDoing() throws Exception {
    for (String path : List.of("/v1/sessions", "/v1/organizations/acme/keys", "/sample/login")) {
      assertThat(
              gateway.raw(
                  "POST "
                      + path
                      + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      + "Transfer-Encoding: chunked\r\n",
                  "zz\r\n{}\r\n"))
          .contains(" 400 ");
    }
  }

  @Test
  void aBodyOfOptionsNeedsNoType() throws Exception {
    for (String path : List.of("/sample/resource", "/v1/sessions")) {
      assertThat(
              gateway.raw(
                  "OPTIONS " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n",
                  "{}"))
          .startsWith("HTTP/1.1 ")
          .doesNotContainPattern("^HTTP/1.1 5");
    }
  }

  @Test
  void aVariableNeverLeadsToAnotherPath() throws Exception {
    gateway.get("/sample/things/a%20b%26c%3Fd%23");
    assertThat(gateway.query().last().uri())
        .isEqualTo("/v1/organizations/o/keys/a%20b%26c%3Fd%23?environment=a%26b");
    int before = gateway.query().reached().size();
    for (String id : List.of("%C3%BC%0a", "a%2fb", "..", "%2e%2e", "a;b")) {
      assertThat(gateway.raw("GET /sample/things/" + id + " HTTP/1.1\r\nHost: localhost\r\n", ""))
          .contains(" 400 ");
    }
    assertThat(gateway.query().reached()).hasSize(before);
  }

  @Test
  void aResourceIsAuthorizedThenHandedOnAsItIs() throws Exception {
    gateway
        .downstream()
        .answer(e -> {
          e.getResponseHeaders().set("Content-Type", "application/json");
          e.getResponseHeaders().set("Server", "hidden");
          e.getResponseHeaders().set("ETag", "\"1\"");
          StubUpstream.respond(e, 201, "{\"made\":true}");
        });
    HttpResponse<String> answer =
        gateway.send(
            "/sample/resource/a%20b?x=%2B",
            b ->
                b.headers("Authorization", "Bearer t", "X-Custom", "kept")
                    .method("PATCH", BodyPublishers.ofString("anything")));
    assertThat(gateway.token().last().uri()).isEqualTo("/v1/authorize?scope=things.read");
    assertThat(gateway.token().last().method()).isEqualTo("GET");
    Reached reached = gateway.downstream().last();
    assertThat(reached.method()).isEqualTo("PATCH");
    assertThat(reached.uri()).isEqualTo("/sample/resource/a%20b?x=%2B");
    assertThat(text(reached)).isEqualTo("anything");
    assertThat(reached.headers().getFirst("X-Custom")).isEqualTo("kept");
    assertThat(reached.headers().getFirst("Authorization")).isEqualTo("Bearer t");
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body()).isEqualTo("{\"made\":true}");
    assertThat(answer.headers().firstValue("ETag")).contains("\"1\"");
    assertThat(answer.headers().map()).doesNotContainKey("server");
  }

  @Test
  void whichMethodsAResourceTakesIsItsServicesToSay() throws Exception {
    for (String method : List.of("PURGE", "OPTIONS", "DELETE")) {
      gateway.send("/sample/resource", b -> b.method(method, BodyPublishers.noBody()));
      assertThat(gateway.downstream().last().method()).isEqualTo(method);
    }
  }

  @Test
  void whoIsNotAuthorizedGetsNoFurtherAndTheReasonStaysHere() throws Exception {
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("Keyledger-Reason", "revoked");
          e.getResponseHeaders().set("Retry-After", "7");
          StubUpstream.respond(e, 401, "{\"code\":\"invalid_credential\",\"detail\":\"…\"}");
        });
    int before = gateway.downstream().reached().size();
    HttpResponse<String> answer = gateway.get("/sample/resource");
    assertRefused(answer, 401, "revoked");
    assertThat(answer.headers().firstValue("Retry-After")).contains("7");
    assertThat(answer.headers().firstValue("Keyledger-Reason")).isEmpty();
    assertThat(gateway.downstream().reached()).hasSize(before);
  }

  @Test
  void aPersonsTokenIsNothingWhereAKeysIsDue() throws Exception {
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("X-Auth-Organization", "org_1");
          e.getResponseHeaders().set("X-Auth-Subject", "per_1");
          StubUpstream.respond(e, 200, "");
        });
    assertRefused(gateway.get("/sample/resource"), 401, "not_found");
  }

  @Test
  void aRefusalOfTheServiceIsTranslated() throws Exception {
    gateway
        .downstream()
        .answer(e -> {
          e.getResponseHeaders().set("Allow", "GET");
          StubUpstream.respond(e, 405, "not even JSON");
        });
    HttpResponse<String> answer = gateway.get("/sample/resource");
    assertRefused(answer, 405, "");
    assertThat(answer.headers().firstValue("Allow")).contains("GET");
  }

  @Test
  void aServiceThatIsAwayIs503AndAFaultOfOurs500() throws Exception {
    gateway.token().answer(e -> e.close());
    HttpResponse<String> away = gateway.get("/sample/resource");
    assertRefused(away, 503, "upstream_unavailable");
    assertThat(away.headers().firstValue("Retry-After")).isPresent();
    assertRefused(gateway.get("/sample/broken"), 500, "internal");
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo("{\"sample_error\":\"" + code + "\"}");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
  }

  private static String text(Reached reached) {
    return new String(reached.body(), StandardCharsets.UTF_8);
  }
}
