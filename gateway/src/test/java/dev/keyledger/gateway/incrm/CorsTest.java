package dev.keyledger.gateway.incrm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.gateway.GatewayUnderTest;
import dev.keyledger.testkit.StubServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two ways in which a browser's page may call InCRM. */
class CorsTest {
  private static final String LISTED = GatewayUnderTest.ORIGIN;
  private static final String UNLISTED = "https://evil.example";
  private static final String SIGN_IN = "/api/v1/auth/sign-in";
  private static final String API_KEY = "/api/v1/api-key";
  private static final String CLIENT = "/api/v1/client";

  private static GatewayUnderTest gateway;

  @BeforeAll
  static void start() {
    gateway = GatewayUnderTest.shared();
    gateway.answerByName();
    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("X-Auth-Organization", "org_1");
          e.getResponseHeaders().set("X-Auth-Subject", "per_1");
          boolean asked = e.getRequestMethod().equals("GET");
          StubServer.answer(e, asked ? 200 : 201, asked ? "" : "{\"access_token\":\"t\"}");
        });
    gateway.downstream().answer(e -> StubServer.answer(e, 200, "{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {SIGN_IN, "/api/v1/auth/token/refresh", "/api/v1/auth/logout", API_KEY})
  void aPreflightOfASessionsPathFollowsTheList(String path) throws Exception {
    HttpResponse<String> listed = preflight(path, LISTED);
    assertThat(listed.statusCode()).isEqualTo(204);
    assertAllowed(listed, LISTED, "true");
    assertThat(header(listed, "Access-Control-Allow-Methods")).contains("POST");
    assertThat(header(listed, "Access-Control-Allow-Headers").orElseThrow())
        .contains("Authorization", "Content-Type");
    assertThat(listed.headers().allValues("Vary"))
        .contains("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers");
    assertForbidden(preflight(path, UNLISTED));
  }

  @Test
  void aPageOnTheListIsToldItsNameAndCredentialsEverywhere() throws Exception {
    HttpResponse<String> preflight = preflight(CLIENT, LISTED);
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertAllowed(preflight, LISTED, "true");
    assertThat(header(preflight, "Access-Control-Allow-Methods")).contains("GET, HEAD");
    assertAllowed(gateway.get(CLIENT, "Origin", LISTED, "X-Api-Key", "incrm_x"), LISTED, "true");
    assertAllowed(
        gateway.get(CLIENT, "Origin", LISTED, "Authorization", "Bearer incrm_x"), LISTED, "true");
    assertAllowed(gateway.get(CLIENT, "Origin", LISTED), LISTED, "true");
    assertAllowed(gateway.get(CLIENT + "/1", "Origin", LISTED), LISTED, "true");
    assertAllowed(gateway.get(API_KEY, "Origin", LISTED), LISTED, "true");
  }

  @Test
  void aPreflightOfAResourcePassesFromAnywhereWithoutCredentials() throws Exception {
    HttpResponse<String> answer = preflight(CLIENT, UNLISTED);
    assertThat(answer.statusCode()).isEqualTo(204);
    assertAllowed(answer, "*", null);
    assertThat(header(answer, "Access-Control-Allow-Methods")).contains("GET, HEAD");
    assertThat(header(answer, "Access-Control-Allow-Headers").orElseThrow())
        .contains("Authorization", "X-Api-Key");
  }

  @ParameterizedTest
  @ValueSource(strings = {UNLISTED, "null", LISTED + ".evil.example", ""})
  void aKeyMayComeFromAnywhereButBringsNoCredentials(String origin) throws Exception {
    assertAllowed(gateway.get(CLIENT, "Origin", origin, "X-Api-Key", "incrm_x"), "*", null);
    assertAllowed(
        gateway.get(CLIENT, "Origin", origin, "Authorization", "Bearer incrm_x"), "*", null);
  }

  @Test
  void aSessionMayComeFromThoseOnTheListAlone() throws Exception {
    HttpResponse<String> listed =
        gateway.get(CLIENT, "Origin", LISTED, "Authorization", "Bearer a.b.c");
    assertThat(listed.statusCode()).isEqualTo(200);
    assertAllowed(listed, LISTED, "true");
    for (String origin : new String[] {UNLISTED, "null", LISTED + ".evil.example", ""}) {
      int before = gateway.token().asked().size();
      assertForbidden(gateway.get(CLIENT, "Origin", origin, "Authorization", "Bearer a.b.c"));
      assertThat(gateway.token().asked()).hasSize(before);
    }
  }

  @Test
  void aKeyBesideASessionDoesNotOpenTheListsDoor() throws Exception {
    assertForbidden(
        gateway.get(
            CLIENT, "Origin", UNLISTED, "Authorization", "Bearer a.b.c", "X-Api-Key", "incrm_x"));
  }

  @Test
  void signInAndRefreshFollowTheListWhateverTheyCarry() throws Exception {
    assertAllowed(signIn(LISTED), LISTED, "true");
    int before = gateway.token().asked().size();
    assertForbidden(signIn(UNLISTED));
    assertForbidden(
        gateway.send(
            "/api/v1/auth/token/refresh",
            b ->
                b.headers("Origin", UNLISTED, "Cookie", "refreshToken=klr_x", "X-Api-Key", "incrm_")
                    .POST(BodyPublishers.noBody())));
    assertThat(gateway.token().asked()).hasSize(before);
  }

  @Test
  void noSpellingOfThePathGetsSignInRoundTheList() throws Exception {
    int before = gateway.token().asked().size();
    assertForbidden(
        gateway.send(
            "/api/v1/%61uth/sign-in",
            b ->
                b.headers(
                        "Origin",
                        UNLISTED,
                        "X-Api-Key",
                        "incrm_",
                        "Content-Type",
                        "application/json")
                    .POST(BodyPublishers.ofString("{\"email\":\"a\",\"password\":\"p\"}"))));
    assertThat(gateway.token().asked()).hasSize(before);
  }

  @Test
  void aRefusalCanBeReadByWhoeverMayCall() throws Exception {
    HttpResponse<String> anonymous = gateway.get(CLIENT, "Origin", UNLISTED);
    assertThat(anonymous.body()).contains("401010");
    assertAllowed(anonymous, "*", null);
    HttpResponse<String> wrongMethod = gateway.get(SIGN_IN, "Origin", LISTED);
    assertThat(wrongMethod.body()).contains("405000");
    assertAllowed(wrongMethod, LISTED, "true");
  }

  @Test
  void whatComesFromNoPageIsToldThatOriginsMatter() throws Exception {
    HttpResponse<String> answer = gateway.get(CLIENT, "X-Api-Key", "incrm_x");
    assertThat(header(answer, "Access-Control-Allow-Origin")).isEmpty();
    assertThat(answer.headers().allValues("Vary")).contains("Origin");
  }

  private static HttpResponse<String> preflight(String path, String origin) throws Exception {
    return gateway.send(
        path,
        b ->
            b.headers(
                    "Origin", origin,
                    "Access-Control-Request-Method", "POST",
                    "Access-Control-Request-Headers", "authorization,content-type")
                .method("OPTIONS", BodyPublishers.noBody()));
  }

  private static HttpResponse<String> signIn(String origin) throws Exception {
    return gateway.send(
        SIGN_IN,
        b ->
            b.headers("Origin", origin, "Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"email\":\"a\",\"password\":\"p\"}")));
  }

  private static void assertAllowed(
      HttpResponse<String> answer, String origin, String credentials) {
    assertThat(header(answer, "Access-Control-Allow-Origin")).contains(origin);
    assertThat(header(answer, "Access-Control-Allow-Credentials").orElse(null))
        .isEqualTo(credentials);
    assertThat(answer.headers().allValues("Vary")).contains("Origin");
  }

  private static void assertForbidden(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body())
        .isEqualTo(
            "{\"success\":false,\"error\":{\"code\":403000,\"message\":\"Forbidden resource\"}}");
    assertThat(answer.headers().map().keySet())
        .noneMatch(name -> name.toLowerCase().startsWith("access-control-"));
    assertThat(answer.headers().allValues("Vary")).contains("Origin");
  }

  private static Optional<String> header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name);
  }
}
