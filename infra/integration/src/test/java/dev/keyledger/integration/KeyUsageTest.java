package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

/** Who is about to end a key can see who uses it. */
@Timeout(300)
class KeyUsageTest {
  private final Cluster cluster = SharedCluster.get();
  private final Organization organization = cluster.people().liveOrganization("standard");
  private final Member owner = cluster.people().join(organization, "owner");

  private Answer key() {
    return owner
        .api()
        .post(organization.path() + "/keys", Map.of("name", "a key", "environment", "live"));
  }

  /** Once the view has the key: what was just made may not be in it yet. */
  private Answer shownKey() {
    Answer key = key();
    String path = organization.path() + "/keys/" + key.text("key.id");
    Answer shown = owner.api().get(path + "?at_least=" + key.header("Keyledger-Position"));
    assertThat(shown.status()).as(shown.rawBody()).isEqualTo(200);
    return key;
  }

  private String pathOf(Answer key) {
    return organization.path() + "/keys/" + key.text("key.id") + "/usage";
  }

  private void uses(Answer key, int times) {
    Api caller = cluster.gateway().with("X-Api-Key", key.text("secret"));
    for (int i = 0; i < times; i++) {
      assertThat(caller.post("/v1/keys/verify", Map.of("key", "x")).status()).isEqualTo(200);
    }
  }

  private JsonNode shown(Member by, Answer key, int uses) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> by.api().get(pathOf(key)).body(),
            body -> body.at("/uses/today").asInt() == uses && !body.path("last_used_at").isNull());
  }

  @Test
  void itsUsesAreToldByNetworkWithWhatCameOfThem() {
    Answer key = shownKey();
    Answer unused = owner.api().get(pathOf(key));
    assertThat(unused.status()).as(unused.rawBody()).isEqualTo(200);
    assertThat(unused.node("networks")).isEmpty();
    assertThat(unused.node("last_used_at").isNull()).isTrue();
    assertThat(unused.node("derived.access_tokens_until").isNull()).isTrue();

    uses(key, 3);
    JsonNode usage = shown(owner, key, 3);

    assertThat(usage.at("/uses/last_thirty_days").asInt()).isEqualTo(3);
    assertThat(usage.path("network_count").asInt()).isEqualTo(1);
    JsonNode network = usage.path("networks").get(0);
    assertThat(network.path("kind").asString()).isEqualTo("network");
    assertThat(network.path("network").asString()).isIn("127.0.0.0/24", "::/48");
    assertThat(network.at("/uses/last_seven_days").asInt()).isEqualTo(3);
    assertThat(usage.at("/derived/access_tokens_until").isNull()).isFalse();
    assertThat(usage.at("/derived/refresh_tokens").asInt()).isZero();

    assertThat(owner.api().post(pathOf(key).replace("/usage", "/revoke"), Map.of()).status())
        .isEqualTo(200);
    JsonNode ended =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> owner.api().get(pathOf(key)).body(),
                body -> body.at("/derived/access_tokens_until").isNull());
    assertThat(ended.at("/uses/today").asInt()).isEqualTo(3);
  }

  @Test
  void whoFoundThatOthersHadItIsToldWhatMayBeInBadHands() {
    Answer key = shownKey();
    uses(key, 2);
    shown(owner, key, 2);
    String since = key.text("key.created_at");
    String revoke = pathOf(key).replace("/usage", "/revoke");
    for (String outside : List.of("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z")) {
      Answer refused = owner.api().post(revoke, Map.of("compromised_since", outside));
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.text("field")).isEqualTo("compromised_since");
    }
    Answer foreseen =
        owner.api().post(revoke + "?dry_run=true", Map.of("compromised_since", since));
    assertThat(foreseen.body().at("/events/0/data/compromised_since").asString()).isEqualTo(since);

    Answer revoked = owner.api().post(revoke, Map.of("compromised_since", since));

    assertThat(revoked.status()).as(revoked.rawBody()).isEqualTo(200);
    Answer exposed = owner.api().get(revoked.text("exposure"));
    assertThat(exposed.status()).as(exposed.rawBody()).isEqualTo(200);
    assertThat(exposed.text("since")).isEqualTo(since);
    assertThat(exposed.node("uses.count").asInt()).isEqualTo(2);
    assertThat(exposed.text("uses.known_from")).isNotBlank();
    assertThat(exposed.node("uses.networks").get(0).path("network").asString())
        .isIn("127.0.0.0/24", "::/48");
    assertThat(exposed.node("refresh_tokens.alive").asInt()).isZero();
    assertThat(exposed.node("access_tokens.alive").asInt(-1)).isZero();
    JsonNode history =
        owner.api().get(organization.path() + "/events?type=key.revoked&limit=1").body();
    assertThat(history.at("/items/0/after/compromised_since").asString()).isEqualTo(since);
    String path = pathOf(key).replace("/usage", "/exposure");
    for (String outside : List.of("2999-01-01", "yesterday")) {
      assertThat(owner.api().get(path + "?since=" + outside).status()).isEqualTo(422);
    }
    Member developer = cluster.people().join(organization, "developer");
    assertThat(developer.api().get(path + "?since=" + since).status()).isEqualTo(403);
  }

  /** How many tokens there are is told where it is recorded, and nowhere as none. */
  @Test
  void howManyTokensAreAliveIsToldWhereTheyAreListedAndElsewhereUnknown() {
    Answer key = shownKey();
    String path =
        pathOf(key).replace("/usage", "/exposure") + "?since=" + key.text("key.created_at");
    Map<String, String> secret = Map.of("api_key", key.text("secret"));
    assertThat(cluster.gateway().post("/v1/tokens", secret).status()).isEqualTo(200);
    Answer unknown = owner.api().get(path);
    assertThat(unknown.node("access_tokens.alive").isNull()).isTrue();
    assertThat(unknown.node("access_tokens.known_from").isNull()).isTrue();

    Answer listing =
        owner
            .api()
            .raw(
                "PATCH",
                organization.path() + "/policy",
                "application/merge-patch+json",
                "{\"tokens\":{\"status_list\":true}}");
    assertThat(listing.status()).as(listing.rawBody()).isEqualTo(200);
    Answer known = owner.api().get(path + "&at_least=" + listing.header("Keyledger-Position"));
    // The one of before is alive, and in no list.
    assertThat(known.node("access_tokens.alive").isNull()).isTrue();
    assertThat(known.text("access_tokens.known_from")).isNotBlank();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !owner.api().get(path).node("access_tokens.until").isNull());
  }

  @Test
  void itTakesThePermissionsToReadKeysAndHistory() {
    Answer key = shownKey();
    Member auditor = cluster.people().join(organization, "auditor");
    assertThat(auditor.api().get(pathOf(key)).status()).isEqualTo(200);
    for (String role : List.of("developer", "employee")) {
      Answer refused = cluster.people().join(organization, role).api().get(pathOf(key));
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.text("permission")).isEqualTo("audit.read");
    }
    Member stranger = cluster.people().join(cluster.people().liveOrganization("standard"), "owner");
    assertThat(stranger.api().get(pathOf(key)).status()).isEqualTo(403);
    Answer missing =
        owner
            .api()
            .get(
                pathOf(key)
                    .replaceFirst("key_[0-9a-f-]+", "key_0190f5c2-7b3a-7c4d-8e5f-0123456789ab"));
    assertThat(missing.text("code")).isEqualTo("key_not_found");
  }
}
