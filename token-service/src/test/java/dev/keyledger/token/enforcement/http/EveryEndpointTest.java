package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.internal.InternalEndpoints;
import dev.keyledger.testing.AllowChecks;
import dev.keyledger.testing.BodyChecks;
import dev.keyledger.testing.Endpoints;
import dev.keyledger.testing.Endpoints.Endpoint;
import dev.keyledger.testkit.RawHttp;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.SessionGrant;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What holds at every path, for who may call there. */
class EveryEndpointTest extends EnforcementTest {
  private static Running shared;
  private static String operator;

  @Override
  @BeforeAll
  void startOnce() {
    shared = service;
    service = start(Servers.forTests().bootstrapServers(), "--keyledger.demonstration=true");
    operator =
        service
            .context()
            .getBean(AccessTokens.class)
            .issueSession(
                new SessionGrant(
                    PersonId.of(UuidCreator.getTimeOrderedEpoch()),
                    SessionId.of(UuidCreator.getTimeOrderedEpoch()),
                    true,
                    null,
                    CLOCK.instant(),
                    Duration.ofMinutes(15),
                    CLOCK.instant().plus(Duration.ofDays(1))))
            .token()
            .revealSecret();
  }

  @AfterAll
  static void giveBack() {
    service.context().close();
    service = shared;
  }

  private static HttpRequest.Builder request(Endpoint endpoint, String query) {
    BodyPublisher body =
        Set.of("POST", "PUT", "PATCH").contains(endpoint.method())
            ? BodyPublishers.ofString("{}")
            : BodyPublishers.noBody();
    String credential =
        endpoint.isInternal()
            ? InternalCallsTest.token(
                InternalEndpoints.in(service.context()).get(endpoint.toString()).iterator().next(),
                SERVER_KEYS)
            : operator;
    return to(endpoint.path() + query)
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + credential)
        .method(endpoint.method(), body);
  }

  @Test
  void refusesAParameterThatItDoesNotHave() {
    Set<Endpoint> endpoints = Endpoints.ofControllers(service.context());
    assertThat(endpoints).hasSizeGreaterThan(25);
    for (Endpoint endpoint : endpoints) {
      Answer answer = send(request(endpoint, "?not_here=1"));
      assertThat(answer.status()).as(endpoint.toString()).isEqualTo(422);
      assertThat(answer.field("code")).as(endpoint.toString()).isEqualTo("unknown_parameter");
      assertThat(answer.field("parameter")).isEqualTo("not_here");
    }
  }

  @Test
  void saysWhichMethodsItTakesAndTakesNoOther() {
    List<String> servlets =
        Endpoints.ofServlets(service.context()).stream()
            .filter(path -> !path.equals("/v1/authorize"))
            .toList();
    assertThat(AllowChecks.amiss(service.context(), service.port(), servlets)).isEmpty();
  }

  @Test
  void aBodyIsOfTheOneType() {
    TestTenant.Key key = published(tenant().key("live"));
    for (String path : List.of("/v1/keys/verify", "/v1/tokens", "/v1/sessions")) {
      assertThat(
              BodyChecks.amiss(
                  service.port(),
                  "POST " + path,
                  "application/json",
                  "{}",
                  path.equals("/v1/keys/verify") ? "X-Api-Key: " + key.secret : "X-Other: x"))
          .isEmpty();
    }
    for (String path : List.of("/oauth2/token", "/oauth2/introspect", "/oauth2/revoke")) {
      assertThat(
              BodyChecks.amiss(
                  service.port(),
                  "POST " + path,
                  "application/x-www-form-urlencoded",
                  "token=x",
                  "Authorization: Bearer " + key.secret))
          .isEmpty();
    }
    assertThat(BodyChecks.tooLarge(service.port(), "/v1/authorize")).isEmpty();
  }

  @Test
  void anAnswerIsJsonOrNothingIsDone() {
    TestTenant.Key key = published(tenant().key("live"));
    for (String path :
        List.of("/v1/keys/verify", "/v1/tokens", "/oauth2/token", "/oauth2/introspect")) {
      Answer refused =
          send(to(path).header("Accept", "text/html").POST(BodyPublishers.ofString("")));
      assertThat(refused.status()).as(path).isEqualTo(406);
    }
    Answer accepted =
        send(
            json("/v1/tokens", Map.of("api_key", key.secret))
                .header("Accept", "text/html, application/json;q=0.5"));
    assertThat(accepted.status()).isEqualTo(200);
    // What a proxy asks for its client with that client's own headers.
    Answer authorized =
        send(
            to("/v1/authorize")
                .header("X-Api-Key", key.secret)
                .header("Accept", "text/html")
                .header("Content-Type", "text/html; charset=latin1")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofString("whatever")));
    assertThat(authorized.status()).isEqualTo(200);
  }

  @Test
  void aPreflightIsNoPermission() {
    TestTenant.Key key = published(tenant().key("live"));
    String[] preflight = {
      "Origin: https://anywhere.example", "Access-Control-Request-Method: GET", "X-Api-Key: "
    };
    for (String method : List.of("OPTIONS", "GET", "PURGE")) {
      String line = method + " /v1/authorize HTTP/1.1";
      preflight[2] = "X-Other: x";
      assertThat(RawHttp.send(service.port(), line, preflight).status()).isEqualTo(401);
      preflight[2] = "X-Api-Key: " + key.secret;
      assertThat(RawHttp.send(service.port(), line, preflight).status()).isEqualTo(200);
    }
    RawHttp.Answer trace =
        RawHttp.send(service.port(), "TRACE /v1/authorize HTTP/1.1", "X-Api-Key: " + key.secret);
    assertThat(trace.status()).isEqualTo(405);
    assertThat(trace.header("Allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
    assertThat(trace.body()).doesNotContain(key.secret).contains("method_not_allowed");
  }

  @Test
  void aServletDoesTooUnlessItsStandardSaysThatWhatIsUnknownIsIgnored() {
    TestTenant.Key key = published(tenant().key("live"));
    Map<String, String> expected =
        Map.of(
            "/v1/authorize", "unknown_parameter",
            "/v1/keys/verify", "unknown_parameter",
            "/v1/tokens", "unknown_parameter",
            "/oauth2/token", "invalid_client",
            "/oauth2/introspect", "200",
            "/oauth2/revoke", "200");
    assertThat(expected.keySet())
        .containsExactlyInAnyOrderElementsOf(Endpoints.ofServlets(service.context()));
    expected.forEach((path, due) -> {
      Answer answer =
          send(
              path.startsWith("/oauth2/")
                  ? form(
                          path + "?resource=x",
                          Map.of("grant_type", "client_credentials", "token", "x", "audience", "y"))
                      .header("Authorization", "Bearer " + key.secret)
                  : json(path + "?scopes=clients.write", Map.of("key", key.secret))
                      .header("X-Api-Key", key.secret));
      String told =
          answer.status() == 200
              ? "200"
              : answer.field(path.startsWith("/oauth2/") ? "error" : "code");
      assertThat(told).as(path).isEqualTo(due);
    });
  }

  @Test
  void whatIsAskedOfAuthorizeIsReadFromTheQueryAlone() {
    TestTenant.Key key = published(tenant().key("live", "clients.read"));
    for (String query : List.of("?scopes=clients.write", "?scope", "?Scope=a.b")) {
      Answer refused = send(to("/v1/authorize" + query).header("X-Api-Key", key.secret).GET());
      assertThat(refused.status()).as(query).isEqualTo(422);
    }
    // As nginx asks that fills in a variable, where a location needs nothing.
    for (String query : List.of("?scope=clients.read&scope=clients.read", "?scope=", "?", "")) {
      Answer allowed = send(to("/v1/authorize" + query).header("X-Api-Key", key.secret).GET());
      assertThat(allowed.status()).as(query).isEqualTo(200);
    }
    Answer either =
        send(
            to("/v1/authorize?scope=clients.read&scope=clients.write")
                .header("X-Api-Key", key.secret)
                .GET());
    assertThat(either.status()).isEqualTo(403);
    Answer form =
        send(
            form("/v1/authorize", Map.of("scope", "clients.write"))
                .header("X-Api-Key", key.secret));
    assertThat(form.status()).isEqualTo(200);
  }
}
