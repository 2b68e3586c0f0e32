package dev.keyledger.gateway.syncgram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.StubServer.Asked;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Making, listing and revoking keys at Syncgram Pay. */
class SyncgramKeysTest extends SyncgramUnderTest {
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
    Asked asked = gateway.command().last();
    assertThat(asked.target()).isEqualTo("/v1/organizations/org_1/keys");
    assertThat(asked.body())
        .isEqualTo("{\"name\":\"backend\",\"expires_in_days\":90,\"environment\":\"test\"}");
    assertThat(asked.headers().getFirst("Idempotency-Key")).matches("[A-Za-z0-9_-]{43}");
    assertThat(gateway.query().last().target()).isEqualTo("/v1/organizations/org_1?at_least=7");
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
    int before = gateway.command().asked().size();
    HttpResponse<String> answer = create(body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(gateway.command().asked()).hasSize(before);
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
          StubServer.answer(
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
    assertThat(gateway.command().last().target()).isEqualTo("/v1/organizations/acme/keys");
    send("GET", KEYS + "?organization=acme", "");
    assertThat(gateway.query().asked()).anyMatch(r -> r.target().equals("/v1/organizations/acme"));
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
      assertThat(gateway.command().last().target()).isEqualTo("/v1/organizations/acme/keys");
    }
    int before = gateway.command().asked().size();
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
    assertThat(gateway.command().asked()).hasSize(before);
  }

  @Test
  void theListHasAllPagesOfTheCurrentEnvironmentAndNoSecret() throws Exception {
    gateway
        .query()
        .answer(e -> {
          String uri = e.getRequestURI().toString();
          if (!uri.contains("/keys")) {
            StubServer.answer(e, 200, "{\"status\":\"live\"}");
          } else if (!uri.contains("cursor")) {
            StubServer.answer(
                e, 200, "{\"items\":[%s],\"next_cursor\":\"c/1\"}".formatted(key("2", "rotating")));
          } else {
            StubServer.answer(
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
    assertThat(gateway.query().last().target())
        .isEqualTo("/v1/organizations/org_1/keys?environment=live&limit=100&cursor=c%2F1");
  }

  @Test
  void theListEndsAtAThousandKeysHoweverManyHaveBeen() throws Exception {
    gateway
        .query()
        .answer(e ->
            StubServer.answer(
                e,
                200,
                e.getRequestURI().getPath().endsWith("/keys")
                    ? "{\"items\":[],\"next_cursor\":\"more\"}"
                    : "{\"status\":\"live\"}"));
    int before = gateway.query().asked().size();
    assertThat(send("GET", KEYS, "").body()).isEqualTo("{\"keys\":[]}");
    assertThat(gateway.query().asked()).hasSize(before + 1 + 10);
  }

  @ParameterizedTest
  @CsvSource({"live, live", "verified, test", "onboarding, test"})
  void theOrganisationsStatusNamesTheEnvironment(String status, String environment)
      throws Exception {
    gateway.query().answer(e -> StubServer.answer(e, 200, "{\"status\":\"%s\"}".formatted(status)));
    assertThat(send("GET", KEYS, "").body()).isEqualTo("{\"keys\":[]}");
    assertThat(gateway.query().last().target()).contains("environment=" + environment);
  }

  @Test
  void aRevocationIsAnsweredWhenItIsInForce() throws Exception {
    HttpResponse<String> answer = send("POST", KEYS + "/" + ID + "/revoke", "");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo("{\"status\":\"revoked\",\"api_key_id\":\"%s\"}".formatted(ID));
    Asked asked = gateway.command().last();
    assertThat(asked.target()).isEqualTo("/v1/organizations/org_1/keys/" + ID + "/revoke");
    assertThat(asked.headers().getFirst("Prefer")).isEqualTo("wait=10");

    gateway.command().answer(e -> StubServer.answer(e, 200, revoked(false)));
    HttpResponse<String> notYet = send("POST", KEYS + "/" + ID + "/revoke", "");
    assertRefused(notYet, 503, "The service cannot answer now.");
    assertThat(notYet.headers().firstValue("Retry-After")).contains("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"key_abc123", "whatever", "%C3%BC", "a.b~*"})
  void whetherKeysAreManagedIsSaidBeforeWhetherThereIsSuchAKey(String id) throws Exception {
    gateway.command().answer(e -> StubServer.answer(e, 403, "{\"code\":\"connected_account\"}"));
    assertRefused(
        send("POST", KEYS + "/" + id + "/revoke", ""),
        403,
        "Connected accounts cannot manage API keys.");
    assertThat(gateway.command().last().target())
        .matches("/v1/organizations/org_1/keys/[A-Za-z0-9_-]+/revoke");
    gateway.command().answer(e -> StubServer.answer(e, 404, "{\"code\":\"key_not_found\"}"));
    assertRefused(send("POST", KEYS + "/" + id + "/revoke", ""), 404, "API key not found.");
  }

  @Test
  void aKeyManagesNoKeysHoweverGood() throws Exception {
    gateway.token().answer(e -> authorized(e, "key_1"));
    int before = gateway.query().asked().size();
    assertRefused(
        gateway.get(KEYS, "Authorization", "Bearer sk_live_x"),
        403,
        "The account or role does not permit this action.");
    assertThat(gateway.query().asked()).hasSize(before);
  }
}
