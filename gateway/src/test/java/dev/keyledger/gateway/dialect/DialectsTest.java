package dev.keyledger.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testkit.RawHttp;
import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.StubServer.Asked;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every dialect has from the machinery, shown on one that is made up. */
class DialectsTest extends SampleDialectUnderTest {
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
    Asked asked = gateway.token().last();
    assertThat(asked.target()).isEqualTo("/v1/tokens");
    assertThat(asked.body()).isEqualTo("{\"key_id\":\"ü\",\"age\":3,\"tags\":[\"x\"]}");
    assertThat(asked.headers().get("Keyledger-Dialect")).containsExactly("sample");
    assertThat(asked.headers().get("Keyledger-Environment")).containsExactly("live");
    assertThat(asked.headers().get("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(asked.headers().get("Authorization")).containsExactly("Bearer a");
    assertThat(asked.headers().get("X-Api-Key")).containsExactly("b");
    assertThat(asked.headers().get("User-Agent")).containsExactly("curl/8");
    assertThat(asked.headers().get("X-Request-Id")).containsExactly("id-1");
    assertThat(asked.headers()).doesNotContainKeys("Cookie", "X-custom");
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
    assertThat(gateway.token().last().body()).isEqualTo("{\"key_id\":\"u\",\"age\":0,\"tags\":[]}");
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
    assertThat(gateway.token().last().body()).isEqualTo("refresh_token=a+b%26c%3Dd");
    assertThat(gateway.token().last().headers()).doesNotContainKey("Authorization");
  }

  @Test
  void aHostOfOtherEnvironmentsIsNoPlaceForOneThatThePathNames() throws Exception {
    int before = gateway.token().asked().size();
    assertThat(
            gateway.raw(
                "POST /sample/login HTTP/1.1\r\nHost: sandbox.localhost\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 12\r\n",
                "{\"user\":\"u\"}"))
        .contains(" 401 ")
        .contains("{\"sample_error\":\"wrong_environment\"}");
    assertThat(gateway.token().asked()).hasSize(before);
  }

  @Test
  void aVariableNeverLeadsToAnotherPath() throws Exception {
    gateway.get("/sample/things/a%20b%26c%3Fd%23");
    assertThat(gateway.query().last().target())
        .isEqualTo("/v1/organizations/o/keys/a%20b%26c%3Fd%23?environment=a%26b");
    int before = gateway.query().asked().size();
    for (String id : List.of("%C3%BC%0a", "a%2fb", "..", "%2e%2e", "a;b")) {
      assertThat(gateway.raw("GET /sample/things/" + id + " HTTP/1.1\r\nHost: localhost\r\n", ""))
          .contains(" 400 ");
    }
    assertThat(gateway.query().asked()).hasSize(before);
  }

  @Test
  void aResourceIsAuthorizedThenHandedOnAsItIs() throws Exception {
    gateway
        .downstream()
        .answer(e -> {
          e.getResponseHeaders().set("Content-Type", "application/json");
          e.getResponseHeaders().set("Server", "hidden");
          e.getResponseHeaders().set("ETag", "\"1\"");
          StubServer.answer(e, 201, "{\"made\":true}");
        });
    HttpResponse<String> answer =
        gateway.send(
            "/sample/resource/a%20b?x=%2B",
            b ->
                b.headers("Authorization", "Bearer t", "X-Custom", "kept")
                    .method("PATCH", BodyPublishers.ofString("anything")));
    assertThat(gateway.token().last().target()).isEqualTo("/v1/authorize?scope=things.read");
    assertThat(gateway.token().last().method()).isEqualTo("GET");
    Asked asked = gateway.downstream().last();
    assertThat(asked.method()).isEqualTo("PATCH");
    assertThat(asked.target()).isEqualTo("/sample/resource/a%20b?x=%2B");
    assertThat(asked.body()).isEqualTo("anything");
    assertThat(asked.headers().getFirst("X-Custom")).isEqualTo("kept");
    assertThat(asked.headers().getFirst("Authorization")).isEqualTo("Bearer t");
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
  void optionsTellWhatAPathTakesToAnybody() throws Exception {
    gateway.token().answerJson(401, "{}");
    for (var due :
        Map.of("/sample/login", "OPTIONS, POST", "/sample/things/x", "GET, HEAD, OPTIONS, POST")
            .entrySet()) {
      RawHttp.Answer answer =
          RawHttp.send(
              gateway.port(), "OPTIONS " + due.getKey() + " HTTP/1.1", "Origin: https://a.example");
      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.header("Allow")).isEqualTo(due.getValue());
    }
    RawHttp.Answer unknown = RawHttp.send(gateway.port(), "OPTIONS /sample/login/x HTTP/1.1");
    assertThat(unknown.status()).isEqualTo(404);
    RawHttp.Answer trace = RawHttp.send(gateway.port(), "TRACE /sample/things/x HTTP/1.1");
    assertThat(trace.status()).isEqualTo(405);
    assertThat(trace.header("Allow")).isEqualTo("GET, HEAD, POST");
  }

  @Test
  void whatAServiceTakesItIsAskedWithoutACredential() {
    gateway.token().answerJson(401, "{}");
    gateway
        .downstream()
        .answer(e -> {
          e.getResponseHeaders().set("Allow", "GET, HEAD, OPTIONS");
          StubServer.answer(e, 204, "");
        });
    String credential = "Authorization: Bearer t";
    RawHttp.Answer answer =
        RawHttp.send(gateway.port(), "OPTIONS /sample/resource/a?b=c HTTP/1.1", credential);
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    StubServer.Asked asked = gateway.downstream().last();
    assertThat(asked.target()).isEqualTo("/sample/resource/a");
    assertThat(asked.headers().getFirst("Authorization")).isNull();
    RawHttp.Answer trace =
        RawHttp.send(gateway.port(), "TRACE /sample/resource HTTP/1.1", credential);
    assertThat(trace.status()).isEqualTo(405);
    assertThat(gateway.downstream().last().method()).isEqualTo("OPTIONS");
    gateway.downstream().answerJson(404, "{\"code\":\"not_found\"}");
    assertThat(RawHttp.send(gateway.port(), "OPTIONS /sample/resource HTTP/1.1").status())
        .isEqualTo(404);
  }

  @Test
  void whoIsNotAuthorizedGetsNoFurtherAndTheReasonStaysHere() throws Exception {
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("Keyledger-Reason", "revoked");
          e.getResponseHeaders().set("Retry-After", "7");
          StubServer.answer(e, 401, "{\"code\":\"invalid_credential\",\"detail\":\"…\"}");
        });
    int before = gateway.downstream().asked().size();
    HttpResponse<String> answer = gateway.get("/sample/resource");
    assertRefused(answer, 401, "revoked");
    assertThat(answer.headers().firstValue("Retry-After")).contains("7");
    assertThat(answer.headers().firstValue("Keyledger-Reason")).isEmpty();
    assertThat(gateway.downstream().asked()).hasSize(before);
  }

  @Test
  void aPersonsTokenIsNothingWhereAKeysIsDue() throws Exception {
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("X-Auth-Organization", "org_1");
          e.getResponseHeaders().set("X-Auth-Subject", "per_1");
          StubServer.answer(e, 200, "");
        });
    assertRefused(gateway.get("/sample/resource"), 401, "not_found");
  }

  @Test
  void aRefusalOfTheServiceIsTranslated() throws Exception {
    gateway
        .downstream()
        .answer(e -> {
          e.getResponseHeaders().set("Allow", "GET");
          StubServer.answer(e, 405, "not even JSON");
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
}
