package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** No key, no token and no member comes to more than it was given. */
class WideningTest extends Attack {
  @TestFactory
  Stream<DynamicTest> scopes() {
    return Stream.of(
        sentence("A key's scopes are never widened by changing it", this::changes),
        sentence(
            "A key with scopes beyond its creator's permissions may do none of them",
            () -> {
              for (String preset : List.of("standard", "incrm")) {
                beyondTheCreator(preset);
              }
            }),
        sentence(
            "No token has more than its key, whatever a client asks for at the OAuth endpoint",
            this::tokens),
        sentence("A refresh never widens what was granted", this::refreshes),
        sentence(
            "An InCRM key makes no keys, and no wildcard is a scope", this::keysFromKeysAtIncrm));
  }

  private void changes() {
    Map<String, String> known =
        given(
            "narrow is a live organisation on incrm",
            "nell is owner of narrow and signed in at InCRM",
            "reader is an InCRM key of nell with the scopes clients.read and products.read");
    Request patch =
        Request.of(
                "PATCH",
                "/v1/organizations/%s/keys/%s"
                    .formatted(known.get("narrow.slug"), known.get("reader.id")))
            .with("Prefer", "wait=10");
    Request asOwner = patch.as(known.get("nell.token"));
    List<List<String>> wider =
        List.of(
            List.of(),
            List.of("clients.read", "clients.write"),
            List.of("clients.read", "products.read", "members.manage"),
            List.of("clients.write"),
            List.of("*"));
    for (List<String> scopes : wider) {
      Answered answer = ask(asOwner.json(Map.of("scopes", scopes)));
      assertThat(answer.status()).as(scopes + ": " + answer).isIn(412, 422);
    }
    refused(422, asOwner.json(Map.of("scopes", "clients.write")));
    // The key itself is no caller that could change it.
    Answered byItself =
        ask(patch.as(known.get("reader.secret")).json(Map.of("scopes", List.of("clients.write"))));
    assertThat(byItself.status()).isIn(401, 403);
    succeed(Request.get("/v1/authorize?scope=clients.read").as(known.get("reader.secret")));
    refused(403, Request.get("/v1/authorize?scope=clients.write").as(known.get("reader.secret")));

    succeed(asOwner.json(Map.of("scopes", List.of("products.read"))));
    refused(412, asOwner.json(Map.of("scopes", List.of("clients.read", "products.read"))));
    refused(401, Request.get("/api/v1/client").as(known.get("reader.secret")));
  }

  private void beyondTheCreator(String preset) {
    String org = someone("modest");
    String owner = someone("olaf");
    String who = someone("dev");
    Map<String, String> known =
        given(
            org + " is a live organisation on " + preset,
            owner + " is owner of " + org + " and signed in",
            who + " is developer of " + org + " and signed in");
    String path = "/v1/organizations/" + known.get(org + ".slug");
    Request create =
        Request.post(
                path + "/keys",
                Map.of(
                    "name", "greedy",
                    "environment", "live",
                    "scopes", List.of("members.manage", "policy.manage", "clients.read")))
            .with("Prefer", "wait=10");
    Answered made = ask(create.as(known.get(who + ".token")));
    if (!made.isSuccess()) {
      assertThat(made.status()).as(made.toString()).isIn(403, 422);
      return;
    }
    String secret = made.field("secret");
    Answered authorized = succeed(Request.get("/v1/authorize").as(secret));
    assertThat(authorized.header("X-Auth-Scopes")).doesNotContain("manage");
    refused(403, Request.get("/v1/authorize?scope=members.manage").as(secret));
    refused(403, Request.get("/v1/authorize?scope=clients.read%20policy.manage").as(secret));
    refused(
        403,
        Request.post(path + "/members", Map.of("email", "x@people.test", "role", "employee"))
            .as(secret));
  }

  private Map<String, String> scopedPair() {
    String org = someone("granted");
    Map<String, String> known = given(org + " is a live organisation on octopus-cards");
    Answered made =
        succeed(
            asOperator(
                Request.post(
                        "/v1/organizations/" + known.get(org + ".slug") + "/keys",
                        Map.of(
                            "name", "scoped",
                            "environment", "production",
                            "scopes", List.of("products.read")))
                    .with("Prefer", "wait=10")));
    return Map.of("id", made.field("key.id"), "secret", made.field("secret"));
  }

  private static Request grant(Map<String, String> pair, String scope) {
    return Request.post("/oauth2/token")
        .form(
            Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                pair.get("id"),
                "client_secret",
                pair.get("secret"),
                "scope",
                scope));
  }

  private void tokens() {
    Map<String, String> pair = scopedPair();
    for (String scope :
        List.of(
            "clients.read", "products.read clients.read", "*", "products.*", "members.manage")) {
      refused(400, grant(pair, scope));
    }
    String token = succeed(grant(pair, "products.read")).field("access_token");
    succeed(Request.get("/v1/authorize?scope=products.read").as(token));
    refused(403, Request.get("/v1/authorize?scope=clients.read").as(token));
    Answered introspected =
        succeed(
            Request.post("/oauth2/introspect")
                .form(
                    Map.of(
                        "token",
                        token,
                        "client_id",
                        pair.get("id"),
                        "client_secret",
                        pair.get("secret"),
                        "scope",
                        "clients.read")));
    if (introspected.json().path("active").asBoolean()) {
      assertThat(introspected.field("scope")).isEqualTo("products.read");
    }
    Answered exchanged =
        ask(
            Request.post(
                "/v1/tokens",
                Map.of(
                    "key_id", pair.get("id"),
                    "secret", pair.get("secret"),
                    "scopes", List.of("clients.read"))));
    assertThat(exchanged.status()).as(exchanged.toString()).isIn(400, 422);
  }

  private void refreshes() {
    Map<String, String> pair = scopedPair();
    String refresh = succeed(grant(pair, "products.read")).field("refresh_token");
    for (String scope : List.of("clients.read", "products.read clients.read", "*")) {
      Answered answer = ask(refresh(pair, refresh, scope));
      assertThat(answer.status()).as(scope).isEqualTo(400);
      assertThat(answer.field("error")).isEqualTo("invalid_scope");
    }
    String token = succeed(refresh(pair, refresh, "products.read")).field("access_token");
    succeed(Request.get("/v1/authorize?scope=products.read").as(token));
    refused(403, Request.get("/v1/authorize?scope=clients.read").as(token));
  }

  private static Request refresh(Map<String, String> pair, String token, String scope) {
    return Request.post("/oauth2/token")
        .form(
            Map.of(
                "grant_type",
                "refresh_token",
                "refresh_token",
                token,
                "client_id",
                pair.get("id"),
                "client_secret",
                pair.get("secret"),
                "scope",
                scope));
  }

  private void keysFromKeysAtIncrm() {
    Map<String, String> known =
        given(
            "starry is a live organisation on incrm",
            "star is owner of starry and signed in at InCRM",
            "able is an unscoped InCRM key of star");
    Request create =
        Request.post(
            "/api/v1/api-key", Map.of("name", "child", "scopes", List.of("members.manage")));
    refused(401, create.as(known.get("able.secret")));
    refused(401, create.with("X-Api-Key", known.get("able.secret")));
    for (String scope :
        List.of("*", "clients.*", "clients.read clients.write", "", "CLIENTS.READ")) {
      Answered made =
          ask(
              Request.post("/api/v1/api-key", Map.of("name", "wild", "scopes", List.of(scope)))
                  .as(known.get("star.token")));
      if (made.isSuccess()) {
        refused(401, Request.get("/api/v1/client").as(made.field("data.key")));
      } else {
        assertThat(made.status()).as(scope + ": " + made).isEqualTo(400);
      }
    }
  }
}
