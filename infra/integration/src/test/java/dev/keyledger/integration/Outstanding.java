package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One credential of each kind, of a developer of an organisation, and what each is good for. */
final class Outstanding {
  static final List<String> KINDS =
      List.of(
          "key",
          "older secret",
          "key's token",
          "key's refresh",
          "person's token",
          "person's refresh");

  private final Cluster cluster;
  final Organization organization;
  final Member developer;
  final String key;
  private final String newer;
  private final String older;
  private String clientSecret;
  private final String keyToken;
  private String keyRefresh;
  private final String personToken;
  private String personRefresh;

  /** What is asked of it under a policy that is the standard one but for these. */
  Outstanding(Cluster cluster, Map<String, Object> rules) {
    this.cluster = cluster;
    organization = cluster.people().liveOrganization("standard");
    setPolicy(rules);
    developer = cluster.people().join(organization, "developer");
    Answer session = cluster.people().session(organization, developer.email());
    personToken = session.text("access_token");
    personRefresh = session.text("refresh_token");
    Answer created =
        done(
            developer
                .api()
                .with("Prefer", "wait=10")
                .post(
                    organization.path() + "/keys",
                    Map.of("name", "ci", "environment", "test", "scopes", List.of())));
    key = created.text("key.id");
    older = created.text("secret");
    Answer granted = done(grant(older));
    keyToken = granted.text("access_token");
    keyRefresh = granted.text("refresh_token");
    newer = done(command("POST", "/keys/" + key + "/rotate", Map.of())).text("secret");
    clientSecret = newer;
  }

  /** For another developer to do, or for the same in another session. */
  Answer command(String method, String path, Map<String, ?> body) {
    Api api = developer.api().with("Prefer", "wait=10");
    return switch (method) {
      case "POST" -> api.post(organization.path() + path, body);
      case "PATCH" -> api.patch(organization.path() + path, body);
      default -> api.delete(organization.path() + path);
    };
  }

  Api operator() {
    return cluster.people().operator().with("Prefer", "wait=10");
  }

  String path(String rest) {
    return organization.path() + rest;
  }

  Cluster cluster() {
    return cluster;
  }

  /** The standard policy but for these, by their paths ({@code keys.outstanding_tokens}). */
  void setPolicy(Map<String, Object> rules) {
    var all = new TreeMap<String, Object>();
    all.put("key_tokens.refresh_lifetime", "PT2H");
    all.putAll(rules);
    ObjectNode policy = Presets.standard();
    all.forEach((path, value) -> Presets.set(policy, path, value));
    done(
        operator()
            .raw("PUT", organization.path() + "/policy", "application/json", policy.toString()));
  }

  /** Who refreshes shows the older secret again, as whose the refresh token is. */
  void goBackToTheOlderSecret() {
    clientSecret = older;
  }

  /** What each kind is good for now: its permissions, or {@code null} where it is refused. */
  Map<String, @Nullable Set<String>> use() {
    var answers = new LinkedHashMap<String, @Nullable Set<String>>();
    answers.put("key", authorized(newer));
    answers.put("older secret", authorized(older));
    answers.put("key's token", token(keyToken));
    answers.put("key's refresh", refreshOfKey());
    answers.put("person's token", token(personToken));
    answers.put("person's refresh", refreshOfPerson());
    return answers;
  }

  // At token-service, and at a service that verifies by itself: they have to agree.
  private @Nullable Set<String> token(String text) {
    Set<String> permissions = authorized(text);
    Answer read = cluster.gateway().as(text).get("/v1/organizations/" + organization.slug());
    assertThat(read.status() == 200)
        .as("a local verifier says %s, token-service %s", read, permissions)
        .isEqualTo(permissions != null && permissions.contains("organization.read"));
    return permissions;
  }

  private @Nullable Set<String> authorized(String credential) {
    Answer answer = cluster.gateway().as(credential).get("/v1/authorize");
    return answer.status() == 200
        ? new TreeSet<>(List.of(answer.header("X-Auth-Scopes").split(" ")))
        : null;
  }

  private @Nullable Set<String> refreshOfKey() {
    Answer answer =
        cluster
            .gateway()
            .form(
                "/oauth2/token",
                Map.of(
                    "grant_type", "refresh_token",
                    "refresh_token", keyRefresh,
                    "client_id", key,
                    "client_secret", clientSecret));
    if (!answer.isSuccess()) {
      return null;
    }
    keyRefresh = answer.text("refresh_token");
    return authorized(answer.text("access_token"));
  }

  private @Nullable Set<String> refreshOfPerson() {
    Answer answer =
        cluster.gateway().post("/v1/sessions/refresh", Map.of("refresh_token", personRefresh));
    if (!answer.isSuccess()) {
      return null;
    }
    personRefresh = answer.text("refresh_token");
    return authorized(answer.text("access_token"));
  }

  private Answer grant(String secret) {
    return cluster
        .gateway()
        .form(
            "/oauth2/token",
            Map.of("grant_type", "client_credentials", "client_id", key, "client_secret", secret));
  }

  void changePassword() {
    done(
        developer
            .api()
            .post(
                "/v1/me/password",
                Map.of(
                    "current_password", People.PASSWORD, "new_password", "another good phrase 8")));
  }

  static Answer done(Answer answer) {
    assertThat(answer.isSuccess()).as(answer.toString()).isTrue();
    return answer;
  }
}
