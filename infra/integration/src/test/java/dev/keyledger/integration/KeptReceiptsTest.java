package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.client.KeyledgerClient;
import dev.keyledger.client.revocations.HttpRevocations;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Layout;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** The receipt of a key's end is there for longer than any process lives. */
@Timeout(300)
class KeptReceiptsTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster =
        Cluster.start(
            Layout.single()
                .with(Service.COMMAND, 2)
                .with(Service.DELIVERY, 1)
                .with(Service.DOWNSTREAM, 0));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static Answer key(Member member, Organization organization) {
    return member
        .api()
        .post(organization.path() + "/keys", Map.of("name", "a key", "environment", "live"));
  }

  private static JsonNode kept(Member member, Organization organization, String key) {
    Answer answer = member.api().get(organization.path() + "/keys/" + key + "/receipt");
    assertThat(answer.status()).as(answer.rawBody()).isEqualTo(200);
    return answer.body();
  }

  private static List<JsonNode> shop(JsonNode receipt) {
    return receipt
        .path("consumers")
        .valueStream()
        .filter(one -> one.path("name").asString().equals("shop"))
        .toList();
  }

  /** Nothing more is to come. */
  private static boolean isComplete(String key) throws SQLException {
    try (Connection connection = cluster.servers().database().asSuperuser();
        var row =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT looked AND look_at IS NULL FROM command.key_receipt WHERE key = '"
                        + key
                        + "'")) {
      return row.next() && row.getBoolean(1);
    }
  }

  @Test
  void itSaysWhoHasAppliedItAndSurvivesThatEverythingIsStartedAnew() throws Exception {
    Organization organization = cluster.people().liveOrganization("incrm");
    Member owner = cluster.people().join(organization, "owner");
    String secret = key(owner, organization).text("secret");
    String key = key(owner, organization).text("key.id");
    JsonNode answered;
    JsonNode before;
    try (HttpRevocations followed =
        KeyledgerClient.of(cluster.gateway().base().toString(), new SecretText(secret))
            .follow("shop", Duration.ofHours(24), Duration.ofSeconds(8))) {
      await().atMost(SOON).until(() -> followed.isReady() && followed.isStreaming());
      answered =
          owner
              .api()
              .with("Prefer", "wait=20")
              .post(organization.path() + "/keys/" + key + "/revoke")
              .body()
              .path("receipt");
      assertThat(answered.path("in_force").asBoolean()).as("%s", answered).isTrue();
      // The policy doesn't have it wait for followers, which are heard of a little later.
      await()
          .atMost(SOON)
          .until(() ->
              shop(kept(owner, organization, key)).stream()
                  .anyMatch(one -> !one.path("applied_at").isNull()));
      before = kept(owner, organization, key);
    }
    assertThat(before.path("position")).isEqualTo(answered.path("position"));
    assertThat(before.path("in_force").asBoolean()).isTrue();
    assertThat(before.path("proof")).isEqualTo(answered.path("proof"));
    assertThat(before.path("consumers").valueStream())
        .filteredOn(one -> one.path("channel").asString().equals("token_service"))
        .hasSize(1)
        .allMatch(one -> !one.path("applied_at").isNull());

    await().atMost(SOON).until(() -> isComplete(key));
    for (Service service :
        List.of(Service.COMMAND, Service.TOKEN, Service.QUERY, Service.DELIVERY)) {
      for (int replica = 0; replica < cluster.replicas(service).size(); replica++) {
        cluster.replica(service, replica).process().kill();
        cluster.restart(service, replica);
      }
    }
    cluster.awaitReady();

    assertThat(kept(owner, organization, key)).isEqualTo(before);
  }
}
