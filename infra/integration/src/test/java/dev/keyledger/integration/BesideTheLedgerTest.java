package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What happens beside the ledger comes into the history of whom it happened to, and no other's. */
class BesideTheLedgerTest {
  private final Cluster cluster = SharedCluster.get();
  private Organization acme;
  private Organization other;
  private Member owner;
  private Member stranger;

  @BeforeEach
  void twoOrganizations() {
    acme = cluster.people().liveOrganization("standard");
    other = cluster.people().liveOrganization("standard");
    owner = cluster.people().join(acme, "owner");
    stranger = cluster.people().join(other, "owner");
  }

  @Test
  void whoAskedForWhatTheyMayNotIsToldWithWhatTheyLackedAndStrangersWithoutAName() {
    Member auditor = cluster.people().join(acme, "auditor");
    Answer key = newKey();
    String path = acme.path() + "/keys/" + key.text("key.id");
    for (int i = 0; i < 3; i++) {
      assertThat(auditor.api().post(path + "/revoke", Map.of()).status()).isEqualTo(403);
    }
    Answer byKey =
        cluster.gateway().with("X-Api-Key", key.text("secret")).post(path + "/revoke", Map.of());
    assertThat(byKey.status()).as(byKey.toString()).isEqualTo(403);
    assertThat(stranger.api().post(path + "/revoke", Map.of()).status()).isEqualTo(403);

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(count("command.denied")).isEqualTo(5));

    JsonNode items = activity(acme, owner, "&type=command.denied");
    String told = items.toString();
    assertThat(told)
        .contains(auditor.id(), "\"operation\":\"revokeKey\"", "\"permission\":\"api_keys.revoke\"")
        .contains("\"kind\":\"outsider\"", "\"key\":\"" + key.text("key.id") + "\"")
        .doesNotContain(stranger.id(), stranger.email());
    assertThat(activity(acme, owner, "&type=command.denied&actor=" + auditor.id()).toString())
        .contains(key.text("key.id"));
    assertThat(activity(other, stranger, "").toString()).doesNotContain("command.denied");
  }

  @Test
  void theFirstUseOfAKeyFromANetworkIsToldOnceByAllReplicasWithTheNetworkAndNoAddress() {
    Answer key = newKey();
    for (String address : List.of("198.51.100.7", "198.51.100.8", "203.0.113.9", "198.51.100.9")) {
      for (int replica = 0; replica < 2; replica++) {
        verifiedFrom(key, address, replica);
      }
    }

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(count("key.first_seen")).isEqualTo(2));

    JsonNode items = activity(acme, owner, "&key=" + key.text("key.id"));
    assertThat(items).hasSize(2);
    assertThat(items.toString())
        .contains("\"kind\":\"key\"", "ipv4_network")
        .contains("\"network\":\"198.51.100.0/24\"", "\"network\":\"203.0.113.0/24\"")
        .doesNotContain("198.51.100.7", "198.51.100.8", "198.51.100.9", "203.0.113.9");
    owner.api().post(acme.path() + "/keys/" + key.text("key.id") + "/revoke", Map.of());
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(verified(key, "203.0.113.9", 0).rawBody()).contains("\"revoked\""));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(
                    activity(acme, owner, "&type=key.denied&key=" + key.text("key.id")).toString())
                .contains("\"code\":\"revoked\"", "\"network\":\"203.0.113.0/24\"")
                .doesNotContain("203.0.113.9"));
    assertThat(activity(other, stranger, "&key=" + key.text("key.id"))).isEmpty();
  }

  @Test
  void aFailedSignInIsShownWhereItsPersonIsAMemberAndNotWhereTheyWereOnlyInvited() {
    Answer invited =
        stranger
            .api()
            .post(other.path() + "/members", Map.of("email", owner.email(), "role", "auditor"));
    assertThat(invited.status()).as(invited.toString()).isEqualTo(201);
    for (String email : List.of(owner.email(), "nobody-knows@example.com", stranger.email())) {
      Answer refused =
          cluster
              .gateway()
              .post("/v1/sessions", Map.of("email", email, "password", "a wrong pass phrase 1"));
      assertThat(refused.status()).as(refused.toString()).isEqualTo(401);
    }

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          assertThat(activity(acme, owner, "&type=sign_in.failed")).hasSize(1);
          assertThat(activity(other, stranger, "&type=sign_in.failed")).hasSize(1);
        });

    assertThat(activity(acme, owner, "&type=sign_in.failed").toString())
        .contains(owner.id(), "invalid_credentials")
        .doesNotContain(stranger.email());
    assertThat(activity(other, stranger, "&type=sign_in.failed").toString())
        .contains(stranger.id())
        .doesNotContain(owner.email());
  }

  @Test
  void aDryRunNamesTheUsesThatWouldHaveBeenRefusedAndThenTheyAre() {
    Answer key = newKey();
    String id = key.text("key.id");
    verifiedFrom(key, "198.51.100.7", 0);
    verifiedFrom(key, "198.51.100.7", 1);
    verifiedFrom(key, "203.0.113.9", 0);
    String revocation = acme.path() + "/keys/" + id + "/revoke?dry_run=true";
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(recentUses(owner.api().post(revocation, Map.of()), id))
                .contains("\"accepted\":3", "\"refused\":3", "\"check\":\"revoked\""));

    Map<String, Object> list =
        Map.of(
            "cidrs",
            List.of("203.0.113.0/24", "127.0.0.0/8", "::1/128"),
            "environments",
            List.of("test"));
    String allowlist = acme.path() + "/ip-allowlist";
    Answer dry = cluster.people().operator().put(allowlist + "?dry_run=true", list);

    assertThat(recentUses(dry, id))
        .contains("\"accepted\":3", "\"refused\":2", "\"undecided\":0", "ip_not_allowed");
    Answer real = cluster.people().operator().put(allowlist, list);
    assertThat(real.status()).as(real.toString()).isEqualTo(200);
    assertThat(verified(key, "198.51.100.7", 0).rawBody()).contains("\"code\":\"ip_not_allowed\"");
    assertThat(verified(key, "203.0.113.9", 0).rawBody()).contains("\"code\":\"ok\"");
  }

  private static String recentUses(Answer dryRun, String key) {
    assertThat(dryRun.status()).as(dryRun.toString()).isEqualTo(200);
    return JsonMapper.shared()
        .readTree(dryRun.rawBody())
        .at("/touches/keys")
        .valueStream()
        .filter(touched -> touched.path("id").asString().equals(key))
        .map(touched -> touched.path("recent_uses").toString())
        .findFirst()
        .orElse("");
  }

  private void verifiedFrom(Answer key, String address, int replica) {
    assertThat(verified(key, address, replica).rawBody()).contains("\"code\":\"ok\"");
  }

  private Answer verified(Answer key, String address, int replica) {
    return cluster
        .api(Service.TOKEN, replica)
        .as(owner.token())
        .post("/v1/keys/verify", Map.of("key", key.text("secret"), "ip", address));
  }

  private Answer newKey() {
    Answer key =
        owner.api().post(acme.path() + "/keys", Map.of("name", "k", "environment", "test"));
    assertThat(key.status()).as(key.toString()).isEqualTo(201);
    return key;
  }

  private long count(String type) {
    return activity(acme, owner, "&type=" + type)
        .valueStream()
        .mapToLong(item -> item.path("count").asLong(1))
        .sum();
  }

  private static JsonNode activity(Organization organization, Member reader, String more) {
    Answer answer =
        reader.api().get(organization.path() + "/events?source=activity&limit=100" + more);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return JsonMapper.shared().readTree(answer.rawBody()).path("items");
  }
}
