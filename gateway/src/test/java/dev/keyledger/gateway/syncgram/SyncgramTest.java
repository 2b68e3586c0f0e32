package dev.keyledger.gateway.syncgram;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.keyledger.gateway.GatewayUnderTest;
import dev.keyledger.gateway.StubUpstream;
import dev.keyledger.gateway.StubUpstream.Reached;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Syncgram Pay in front of services that are stubs. */
class SyncgramTest {
  private static final String KEYS = "/api/v1/auth/api-keys";
  private static final String PAYMENTS = "/api/v1/payments";
  private static final String ID = "key_0198c0de-0000-7000-8000-000000000001";
  private static final String TOKENS = "{\"access_token\":\"a.b.c\",\"refresh_token\":\"klr_x\"}";
  private static final String KEY =
      """
      {"id":"%s","name":"backend","prefix":"sk_live_aAbBcCd","environment":"live","scopes":[],
       "status":"%s","created_by":"mem_1","created_at":"2026-05-28T14:43:58.999Z","expires_at":null,
       "last_used_at":"2026-05-28T15:00:00.000Z","secrets":[]}
      """;

  private static GatewayUnderTest gateway;

  @BeforeAll
  static void start() {
    gateway = GatewayUnderTest.start();
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
          switch (e.getRequestURI().getPath()) {
            case "/v1/sessions" ->
                StubUpstream.respond(e, 202, "{\"challenge\":\"klc_1\",\"methods\":[\"totp\"]}");
            case "/v1/sessions/verify" -> StubUpstream.respond(e, 201, TOKENS);
            case "/v1/sessions/refresh" -> StubUpstream.respond(e, 200, TOKENS);
            default -> authorized(e, "per_1");
          }
        });
    gateway
        .command()
        .answer(e -> {
          e.getResponseHeaders().set("Keyledger-Position", "7");
          if (e.getRequestURI().getPath().endsWith("/revoke")) {
            StubUpstream.respond(e, 200, revoked(true));
          } else {
            StubUpstream.respond(
                e, 201, "{\"key\":%s,\"secret\":\"sk_live_aA\"}".formatted(key("1", "active")));
          }
        });
    gateway.query().answer(e -> StubUpstream.respond(e, 200, "{\"status\":\"live\"}"));
    gateway.downstream().answer(e -> StubUpstream.respond(e, 200, "{\"payments\":[]}"));
  }

  private static void authorized(HttpExchange e, String subject) throws IOException {
    e.getResponseHeaders().set("X-Auth-Organization", "org_1");
    e.getResponseHeaders().set("X-Auth-Subject", subject);
    StubUpstream.respond(e, 200, "");
  }

  private static String key(String number, String status) {
    return KEY.formatted(ID.substring(0, ID.length() - 1) + number, status);
  }

  private static String revoked(boolean inForce) {
    return "{\"key\":%s,\"receipt\":{\"in_force\":%s}}".formatted(key("1", "revoked"), inForce);
  }

  @Test
  void loginTakesTwoStepsAndTheFirstGivesNoTokens() throws Exception {
    HttpResponse<String> first =
        gateway.post("/api/v1/auth/login", "{\"email\":\"a\",\"password\":\"p\"}");
    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(first.body()).isEqualTo("{\"challenge\":\"klc_1\"}");
    HttpResponse<String> second =
        gateway.post("/api/v1/auth/login/verify", "{\"challenge\":\"klc_1\",\"code\":\"123456\"}");
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(TOKENS);
    Reached reached = gateway.token().last();
    assertThat(text(reached)).isEqualTo("{\"challenge\":\"klc_1\",\"code\":\"123456\"}");
    assertThat(reached.headers().get("Keyledger-Dialect")).containsExactly("syncgram-pay");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /api/v1/auth/login        | 202 | {"email":"a","password":"p","remember":true}
          /api/v1/auth/login/verify | 200 | {"challenge":"c","code":"1","remember":{"a":[null]}}
          /auth/refresh             | 200 | {"refresh_token":"klr_x","grant_type":"refresh_token"}
          /api/v1/auth/refresh      | 200 | {"refresh_token":"klr_x","grant_type":"refresh_token"}
          """)
  void whatShowsItsCredentialInItsBodyLooksAtNoHeaderAndPassesOverUnknownFields(
      String path, int status, String body) throws Exception {
    HttpResponse<String> answer =
        gateway.send(
            path,
            b ->
                b.headers(
                        "Content-Type", "application/json",
                        "Authorization", "Bearer sk_live_stale",
                        "X-Api-Key", "stale")
                    .POST(BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(gateway.token().last().headers()).doesNotContainKeys("Authorization", "X-api-key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/auth/refresh", "/api/v1/auth/refresh"})
  void refreshGivesANewPair(String path) throws Exception {
    HttpResponse<String> answer = gateway.post(path, "{\"refresh_token\":\"klr_old\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(TOKENS);
    assertThat(text(gateway.token().last())).isEqualTo("{\"refresh_token\":\"klr_old\"}");
  }

  @Test
  void whatCanBeNoRefreshTokenIsAnUnknownOne() throws Exception {
    gateway.token().answer(e -> StubUpstream.respond(e, 422, "{\"code\":\"invalid_field\"}"));
    assertRefused(
        gateway.post("/auth/refresh", "{\"refresh_token\":\"a.jwt.of_somebody\"}"),
        401,
        "Missing, invalid or expired credentials.");
  }

  @ParameterizedTest
  @CsvSource({
    "401, invalid_credentials,    401, Invalid email or password.",
    "401, no_organization,        401, Invalid email or password.",
    "401, invalid_challenge,      401, Invalid or expired challenge or code.",
    "401, invalid_code,           401, Invalid or expired challenge or code.",
    "401, refresh_token_reused,   401, 'Missing, invalid or expired credentials.'",
    "403, second_step_not_set_up, 403, Set up a second step before you sign in.",
    "403, organization_suspended, 403, The account or role does not permit this action.",
    "503, not_fresh,              503, The service cannot answer now.",
  })
  void aLoginThatIsRefused(int status, String code, int told, String detail) throws Exception {
    gateway
        .token()
        .answer(e -> StubUpstream.respond(e, status, "{\"code\":\"%s\"}".formatted(code)));
    assertRefused(
        gateway.post("/api/v1/auth/login", "{\"email\":\"a\",\"password\":\"p\"}"), told, detail);
  }

  @Test
  void aKeyIsMadeAndShownOnce() throws Exception {
    HttpResponse<String> answer =
        create(
            "{\"key_name\":\"backend\",\"expires_in_days\":90,\"env\":\"test\","
                + "\"idempotency_key\":\"retry ü\\u0000\\r\\n\"}");
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body())
        .isEqualTo(
            "{\"api_key_id\":\"%s\",\"key\":\"sk_live_aA\",\"key_name\":\"backend\",".formatted(ID)
                + "\"created_at\":\"2026-05-28T14:43:58Z\",\"expires_at\":null}");
    Reached reached = gateway.command().last();
    assertThat(reached.uri()).isEqualTo("/v1/organizations/org_1/keys");
    assertThat(text(reached))
        .isEqualTo("{\"name\":\"backend\",\"expires_in_days\":90,\"environment\":\"test\"}");
    assertThat(reached.headers().getFirst("Idempotency-Key")).matches("[A-Za-z0-9_-]{43}");
    assertThat(gateway.query().last().uri()).isEqualTo("/v1/organizations/org_1?at_least=7");
  }

  @Test
  void theSameIdempotencyKeyIsTheSameHeader() throws Exception {
    create("{\"key_name\":\"a\",\"idempotency_key\":\"x\"}");
    String first = gateway.command().last().headers().getFirst("Idempotency-Key");
    create("{\"key_name\":\"a\",\"idempotency_key\":\"x\"}");
    assertThat(gateway.command().last().headers().getFirst("Idempotency-Key")).isEqualTo(first);
    create("{\"key_name\":\"a\",\"idempotency_key\":\"y\"}");
    assertThat(gateway.command().last().headers().getFirst("Idempotency-Key")).isNotEqualTo(first);
    create("{\"key_name\":\"a\"}");
    assertThat(gateway.command().last().headers()).doesNotContainKey("Idempotency-key");
  }

  @Test
  void viewsThatLagBehindKeepNoSecretBack() throws Exception {
    gateway.query().answer(e -> e.close());
    assertThat(create("{\"key_name\":\"a\"}").statusCode()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"key_name\":\"\"}",
        "{\"key_name\":7}",
        "{\"key_name\":\"a\",\"expires_in_days\":\"9\"}",
        "{\"key_name\":\"a\",\"expires_in_days\":1.5}",
        "{\"key_name\":\"a\",\"env\":\"production\"}",
        "{\"key_name\":\"a\",\"idempotency_key\":\"\"}",
        "{\"key_name\":\"a\",\"key_name\":\"b\"}",
        "[]"
      })
  void fieldsAreLookedAtFirst(String body) throws Exception {
    int before = gateway.command().reached().size();
    HttpResponse<String> answer = create(body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(gateway.command().reached()).hasSize(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          422 | invalid_field          | 400 | key_name: 1 to 255 characters
          403 | connected_account      | 403 | Connected accounts cannot manage API keys.
          403 | forbidden              | 403 | The account or role does not permit this action.
          409 | key_limit_reached      | 400 | Organization already has an active key. Revoke it before creating a new one.
          429 | creation_rate_exceeded | 429 | Rate limit exceeded. Wait 1 minute before creating another key.
          422 | idempotency_key_reused | 400 | This idempotency_key was sent with another request.
          404 | key_not_found          | 404 | API key not found.
          401 | credential_revoked     | 401 | Missing, invalid or expired credentials.
          """)
  void refusalsSayWhatIsPublished(int status, String code, int told, String detail)
      throws Exception {
    gateway
        .command()
        .answer(e -> {
          e.getResponseHeaders().set("Retry-After", "42");
          StubUpstream.respond(
              e,
              status,
              "{\"code\":\"%s\",\"field\":\"name\",\"detail\":\"1 to 255 characters\"}"
                  .formatted(code));
        });
    HttpResponse<String> answer = create("{\"key_name\":\"a\"}");
    assertRefused(answer, told, detail);
    assertThat(answer.headers().firstValue("Retry-After")).contains("42");
  }

  @Test
  void anotherOrganisationIsNamedToTheCanonicalApiWhichKnowsWhoseItIs() throws Exception {
    create("{\"key_name\":\"a\",\"organization\":\"acme\"}");
    assertThat(gateway.command().last().uri()).isEqualTo("/v1/organizations/acme/keys");
    send("GET", KEYS + "?organization=acme", "");
    assertThat(gateway.query().reached()).anyMatch(r -> r.uri().equals("/v1/organizations/acme"));
    assertRefused(
        create("{\"key_name\":\"a\",\"organization\":\"../x\"}"),
        403,
        "The account or role does not permit this action.");
  }

  @Test
  void everyOrganisationThatIsNamedHasToBeTheCallersOwn() throws Exception {
    String naming = "{\"key_name\":\"a\",\"organization\":\"%s\"}";
    for (String address : List.of("?organization=acme", "?organization=org_1&organization=acme")) {
      send("POST", KEYS + address, naming.formatted("org_1"));
      assertThat(gateway.command().last().uri()).isEqualTo("/v1/organizations/acme/keys");
    }
    int before = gateway.command().reached().size();
    for (String address :
        List.of("?organization=other", "?organization=acme&organization=other", "?organization=")) {
      assertRefused(
          send("POST", KEYS + address, naming.formatted("acme")),
          403,
          "The account or role does not permit this action.");
    }
    assertRefused(
        send("GET", KEYS + "?organization=acme&organization=org_2", ""),
        403,
        "The account or role does not permit this action.");
    assertThat(gateway.command().reached()).hasSize(before);
  }

  @Test
  void theListHasAllPagesOfTheCurrentEnvironmentAndNoSecret() throws Exception {
    gateway
        .query()
        .answer(e -> {
          String uri = e.getRequestURI().toString();
          if (!uri.contains("/keys")) {
            StubUpstream.respond(e, 200, "{\"status\":\"live\"}");
          } else if (!uri.contains("cursor")) {
            StubUpstream.respond(
                e, 200, "{\"items\":[%s],\"next_cursor\":\"c/1\"}".formatted(key("2", "rotating")));
          } else {
            StubUpstream.respond(
                e, 200, "{\"items\":[%s],\"next_cursor\":null}".formatted(key("1", "revoked")));
          }
        });
    HttpResponse<String> answer = send("GET", KEYS, "");
    assertThat(answer.statusCode()).isEqualTo(200);
    String shown =
        "{\"api_key_id\":\"%s\",\"key_name\":\"backend\",\"is_active\":%s,"
            + "\"created_at\":\"2026-05-28T14:43:58Z\","
            + "\"last_used_at\":\"2026-05-28T15:00:00Z\",\"expires_at\":null}";
    assertThat(answer.body())
        .isEqualTo(
            "{\"keys\":["
                + shown.formatted(ID.replaceFirst("1$", "2"), true)
                + ","
                + shown.formatted(ID, false)
                + "]}");
    assertThat(gateway.query().last().uri())
        .isEqualTo("/v1/organizations/org_1/keys?environment=live&limit=100&cursor=c%2F1");
  }

  @Test
  void theListEndsAtAThousandKeysHoweverManyHaveBeen() throws Exception {
    gateway
        .query()
        .answer(e ->
            StubUpstream.respond(
                e,
                200,
                e.getRequestURI().getPath().endsWith("/keys")
                    ? "{\"items\":[],\"next_cursor\":\"more\"}"
                    : "{\"status\":\"live\"}"));
    int before = gateway.query().reached().size();
    assertThat(send("GET", KEYS, "").body()).isEqualTo("{\"keys\":[]}");
    assertThat(gateway.query().reached()).hasSize(before + 1 + 10);
  }

  @ParameterizedTest
  @CsvSource({"live, live", "verified, test", "onboarding, test"})
  void theOrganisationsStatusNamesTheEnvironment(String status, String environment)
      throws Exception {
    gateway
        .query()
        .answer(e -> StubUpstream.respond(e, 200, "{\"status\":\"%s\"}".formatted(status)));
    assertThat(send("GET", KEYS, "").body()).isEqualTo("{\"keys\":[]}");
    assertThat(gateway.query().last().uri()).contains("environment=" + environment);
  }

  @Test
  void aRevocationIsAnsweredWhenItIsInForce() throws Exception {
    HttpResponse<String> answer = send("POST", KEYS + "/" + ID + "/revoke", "");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo("{\"status\":\"revoked\",\"api_key_id\":\"%s\"}".formatted(ID));
    Reached reached = gateway.command().last();
    assertThat(reached.uri()).isEqualTo("/v1/organizations/org_1/keys/" + ID + "/revoke");
    assertThat(reached.headers().getFirst("Prefer")).isEqualTo("wait=10");

    gateway.command().answer(e -> StubUpstream.respond(e, 200, revoked(false)));
    HttpResponse<String> notYet = send("POST", KEYS + "/" + ID + "/revoke", "");
    assertRefused(notYet, 503, "The service cannot answer now.");
    assertThat(notYet.headers().firstValue("Retry-After")).contains("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"key_abc123", "whatever", "%C3%BC", "a.b~*"})
  void whetherKeysAreManagedIsSaidBeforeWhetherThereIsSuchAKey(String id) throws Exception {
    gateway.command().answer(e -> StubUpstream.respond(e, 403, "{\"code\":\"connected_account\"}"));
    assertRefused(
        send("POST", KEYS + "/" + id + "/revoke", ""),
        403,
        "Connected accounts cannot manage API keys.");
    assertThat(gateway.command().last().uri())
        .matches("/v1/organizations/org_1/keys/[A-Za-z0-9_-]+/revoke");
    gateway.command().answer(e -> StubUpstream.respond(e, 404, "{\"code\":\"key_not_found\"}"));
    assertRefused(send("POST", KEYS + "/" + id + "/revoke", ""), 404, "API key not found.");
  }

  @Test
  void aKeyManagesNoKeysHoweverGood() throws Exception {
    gateway.token().answer(e -> authorized(e, "key_1"));
    int before = gateway.query().reached().size();
    assertRefused(
        gateway.get(KEYS, "Authorization", "Bearer sk_live_x"),
        403,
        "The account or role does not permit this action.");
    assertThat(gateway.query().reached()).hasSize(before);
  }

  @Test
  void withoutAuthorizationOrWithAKeyThatIsNoneNobodyIsAsked() throws Exception {
    int before = gateway.token().reached().size();
    for (String[] headers :
        new String[][] {
          {"X-Api-Key", "sk_live_x"},
          {"Authorization", "Bearer incrm_x"},
          {"Authorization", "Basic eDp5"},
          {"Authorization", "Bearer"}
        }) {
      for (String path : new String[] {KEYS, PAYMENTS}) {
        assertRefused(gateway.get(path, headers), 401, "Missing, invalid or expired credentials.");
      }
    }
    assertThat(gateway.token().reached()).hasSize(before);
  }

  @Test
  void paymentsAreForThoseWithTheScope() throws Exception {
    gateway.token().answer(e -> authorized(e, "key_1"));
    HttpResponse<String> list = gateway.get(PAYMENTS, "Authorization", "Bearer sk_live_x");
    assertThat(list.statusCode()).isEqualTo(200);
    assertThat(list.body()).isEqualTo("{\"payments\":[]}");
    assertThat(gateway.token().last().uri()).isEqualTo("/v1/authorize?scope=payments.read");
    send("POST", PAYMENTS, "{\"amount\":1}");
    assertThat(gateway.token().last().uri()).isEqualTo("/v1/authorize?scope=payments.write");
    assertThat(text(gateway.downstream().last())).isEqualTo("{\"amount\":1}");
    gateway.token().answer(e -> authorized(e, "per_1"));
    assertThat(send("GET", PAYMENTS, "").statusCode()).isEqualTo(200);
    assertThat(gateway.token().last().uri()).isEqualTo("/v1/authorize?scope=payments.read");

    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("Keyledger-Reason", "insufficient_scope");
          StubUpstream.respond(e, 403, "{\"code\":\"insufficient_scope\"}");
        });
    assertRefused(
        send("POST", PAYMENTS, "{\"amount\":1}"),
        403,
        "The account or role does not permit this action.");
  }

  @Test
  void oneRefusalForWhateverIsWrongWithACredential() throws Exception {
    String alike = null;
    for (String reason : new String[] {"revoked", "expired", "not_found", "malformed"}) {
      gateway
          .token()
          .answer(e -> {
            e.getResponseHeaders().set("Keyledger-Reason", reason);
            StubUpstream.respond(e, 401, "{\"code\":\"invalid_credential\"}");
          });
      HttpResponse<String> answer = gateway.get(PAYMENTS, "Authorization", "Bearer sk_live_x");
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(alike == null ? answer.body() : alike).isEqualTo(answer.body());
      alike = answer.body();
    }
  }

  @Test
  void whateverIsWrongWithARequestIsAProblem() throws Exception {
    assertRefused(gateway.get(PAYMENTS + "/1"), 404, "Not found.");
    HttpResponse<String> wrongMethod = send("DELETE", KEYS, "");
    assertThat(wrongMethod.statusCode()).isEqualTo(405);
    assertThat(wrongMethod.headers().firstValue("Allow")).contains("GET, HEAD, POST");
    assertThat(create("x".repeat(70_000)).statusCode()).isEqualTo(413);
    gateway.token().answer(e -> e.close());
    assertRefused(send("GET", KEYS, ""), 503, "The service cannot answer now.");
  }

  private static HttpResponse<String> create(String body) throws Exception {
    return send("POST", KEYS, body);
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws Exception {
    return gateway.send(
        path,
        b ->
            (body.isEmpty() ? b : b.header("Content-Type", "application/json"))
                .header("Authorization", "Bearer a.b.c")
                .method(method, BodyPublishers.ofString(body)));
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String detail) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.body())
        .startsWith("{\"type\":\"about:blank\",\"title\":\"")
        .endsWith("\"status\":%d,\"detail\":\"%s\"}".formatted(status, detail));
  }

  private static String text(Reached reached) {
    return new String(reached.body(), StandardCharsets.UTF_8);
  }
}
