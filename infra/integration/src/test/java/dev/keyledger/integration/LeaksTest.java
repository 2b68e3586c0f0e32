package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Secrets are found where others can read them, and reported by the form of scanners' partners. */
@Timeout(300)
class LeaksTest {
  private static final String URL = "https://code.example/acme/app/blob/main/.env";

  private final Cluster cluster = SharedCluster.get();
  private final Organization organization = cluster.people().liveOrganization("standard");
  private final Member owner = cluster.people().join(organization, "owner");
  private final String keys = organization.path() + "/keys";

  private Answer key() {
    return owner.api().post(keys, Map.of("name", "a key", "environment", "live"));
  }

  private static Answer report(Api by, String... tokens) {
    String body =
        EventCodec.mapper()
            .writeValueAsString(
                List.of(tokens).stream()
                    .map(token ->
                        Map.of("token", token, "type", "a_key", "url", URL, "source", "content"))
                    .toList());
    return by.raw("POST", "/v1/leaks", "application/json", body);
  }

  private String codeOf(String secret) {
    return owner.api().post("/v1/keys/verify", Map.of("key", secret)).text("code");
  }

  private void policy(String leakedKeys) {
    Answer changed =
        cluster
            .people()
            .operator()
            .raw(
                "PATCH",
                organization.path() + "/policy",
                "application/merge-patch+json",
                "{\"leaked_keys\":\"" + leakedKeys + "\"}");
    assertThat(changed.status()).as(changed.rawBody()).isEqualTo(200);
  }

  private void untilCodeIs(String code, String secret) {
    await().atMost(Duration.ofSeconds(30)).until(() -> codeOf(secret).equals(code));
  }

  private JsonNode history(String type, String key) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                owner
                    .api()
                    .get(organization.path() + "/events?key=" + key + "&type=" + type)
                    .node("items"),
            items -> !items.isEmpty());
  }

  @Test
  void aServiceThatScansIsToldOfEachAndHistoryTellsTheOwnerWhereItWasFound() {
    Answer made = key();
    String secret = made.text("secret");
    Api scanner =
        cluster
            .gateway()
            .with(
                "X-Api-Key", cluster.people().platformService("scanner", List.of("leaks.report")));

    Answer answer = report(scanner, "what is this?", secret);

    assertThat(answer.status()).as(answer.rawBody()).isEqualTo(200);
    assertThat(answer.body())
        .extracting(item -> item.path("label").asString())
        .containsExactly("false_positive", "true_positive");
    assertThat(report(scanner, "what is this?", secret).rawBody()).isEqualTo(answer.rawBody());
    untilCodeIs("revoked", secret);

    JsonNode leaked = history("key.leaked", made.text("key.id")).get(0);
    assertThat(leaked.at("/after/url").asString()).isEqualTo(URL);
    assertThat(leaked.at("/after/reported_by").asString()).startsWith("key_");
    assertThat(leaked.at("/actor/kind").asString()).isEqualTo("system");
    JsonNode ended = history("key.revoked", made.text("key.id"));
    assertThat(ended).hasSize(1);
    assertThat(ended.at("/0/after/cause").asString()).isEqualTo("leaked");
    assertThat(ended.at("/0/cause/name").asString()).as(ended.toString()).isEqualTo("key_leaked");
    assertThat(leaked + ended.toString()).doesNotContain(secret);
  }

  @Test
  void aStrangerHasTheOlderSecretOfARotationEndItsKey() {
    Answer made = key();
    Answer rotated =
        owner
            .api()
            .post(keys + "/" + made.text("key.id") + "/rotate", Map.of("grace_period", "PT1H"));
    assertThat(rotated.status()).as(rotated.rawBody()).isEqualTo(200);

    Answer answer = report(cluster.gateway(), made.text("secret"));

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.rawBody()).isEmpty();
    untilCodeIs("revoked", rotated.text("secret"));
  }

  @Test
  void aKeyIsSuspendedOrOnlyReportedWherePolicySaysSo() {
    policy("suspend");
    Answer suspended = key();
    report(cluster.gateway(), suspended.text("secret"));
    untilCodeIs("key_suspended", suspended.text("secret"));
    assertThat(owner.api().post(keys + "/" + suspended.text("key.id") + "/resume").status())
        .isEqualTo(200);

    policy("report");
    Answer reported = key();
    report(cluster.gateway(), reported.text("secret"));
    assertThat(history("key.leaked", reported.text("key.id"))).hasSize(1);
    assertThat(codeOf(reported.text("secret"))).isEqualTo("ok");
  }

  @Test
  void aKeyOfAnOwnerIsToldOfTheirOrganisationsAloneAndADevelopersReportsNone() {
    Organization other = cluster.people().liveOrganization("standard");
    Member stranger = cluster.people().join(other, "owner");
    String others =
        stranger
            .api()
            .post(other.path() + "/keys", Map.of("name", "a key", "environment", "live"))
            .text("secret");
    Answer own = key();
    Api reporter = cluster.gateway().with("X-Api-Key", key().text("secret"));

    Answer answer = report(reporter, own.text("secret"), others);

    assertThat(answer.status()).as(answer.rawBody()).isEqualTo(200);
    assertThat(answer.body())
        .extracting(item -> item.path("label").asString())
        .containsExactly("true_positive", "false_positive");
    untilCodeIs("revoked", own.text("secret"));
    // As whoever found it might have had it reported without a credential.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            stranger
                .api()
                .post("/v1/keys/verify", Map.of("key", others))
                .text("code")
                .equals("revoked"));

    Member developer = cluster.people().join(organization, "developer");
    String theirs =
        developer.api().post(keys, Map.of("name", "a key", "environment", "live")).text("secret");
    Answer refused = report(cluster.gateway().with("X-Api-Key", theirs), "what is this?");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text("permission")).isEqualTo("leaks.report");
  }

  @Test
  void thePlatformsOwnServicesAreNoException() {
    String service = cluster.people().platformService("leaky", List.of("keys.verify"));
    Api asked = cluster.gateway().with("X-Api-Key", service);
    assertThat(asked.post("/v1/keys/verify", Map.of("key", "x")).status()).isEqualTo(200);

    assertThat(report(cluster.gateway(), service).status()).isEqualTo(202);

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> asked.post("/v1/keys/verify", Map.of("key", "x")).status() == 401);
  }
}
