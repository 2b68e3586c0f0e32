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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Receipts of an organisation that wants its followers to have what ended. */
@Timeout(300)
class FollowerReceiptsTest {
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final Duration BOUND = Duration.ofSeconds(8);

  private static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster = Cluster.start(Layout.single().with(Service.DELIVERY, 2).with(Service.DOWNSTREAM, 0));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static Organization waitingForFollowers() {
    Organization organization = cluster.people().liveOrganization("incrm");
    Member owner = cluster.people().join(organization, "owner");
    Answer changed =
        owner
            .api()
            .raw(
                "PATCH",
                organization.path() + "/policy",
                "application/merge-patch+json",
                "{\"receipts\":{\"wait_for\":\"followers\"}}");
    assertThat(changed.status()).as(changed.rawBody()).isEqualTo(200);
    return organization;
  }

  private static Answer key(Member member, Organization organization) {
    return member
        .api()
        .post(organization.path() + "/keys", Map.of("name", "a key", "environment", "live"));
  }

  /** The receipt of a key that is revoked now, after waiting so many seconds for it at most. */
  private static JsonNode revoked(Member member, Organization organization, int wait) {
    Answer made = key(member, organization);
    return member
        .api()
        .with("Prefer", "wait=" + wait)
        .post(organization.path() + "/keys/" + made.text("key.id") + "/revoke")
        .body()
        .path("receipt");
  }

  private static List<JsonNode> named(JsonNode receipt, String name) {
    return receipt
        .path("consumers")
        .valueStream()
        .filter(one -> one.path("name").asString().equals(name))
        .toList();
  }

  private static HttpRevocations follow(String key, String name, int replica) {
    return KeyledgerClient.of(cluster.gateway().base().toString(), new SecretText(key))
        .withUrl(cluster.api(Service.DELIVERY, replica).base())
        .follow(name, LONGEST, BOUND);
  }

  private static void untilReady(HttpRevocations followed) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> followed.isReady() && followed.isStreaming());
  }

  @Test
  void aReceiptWaitsForAFollowerAndForOneThatStopsUntilItRefuses() {
    Organization organization = waitingForFollowers();
    Organization other = waitingForFollowers();
    Member owner = cluster.people().join(organization, "owner");
    Member leaver = cluster.people().join(organization, "developer");
    Member stranger = cluster.people().join(other, "owner");
    HttpRevocations followed = follow(key(owner, organization).text("secret"), "shop", 0);
    try (HttpRevocations theirs = follow(key(stranger, other).text("secret"), "theirs", 1)) {
      untilReady(followed);
      untilReady(theirs);
      JsonNode receipt = revoked(owner, organization, 20);
      assertThat(receipt.path("in_force").asBoolean()).as("%s", receipt).isTrue();
      assertThat(named(receipt, "shop")).hasSize(1);
      assertThat(named(receipt, "shop").getFirst().path("applied_at").isNull())
          .as("%s", receipt)
          .isFalse();
      assertThat(named(receipt, "shop").getFirst().path("channel").asString()).isEqualTo("sse");
      assertThat(named(receipt, "theirs")).isEmpty();
    } finally {
      followed.close();
    }
    // It has gone without a word: its word would be worth nothing to others who hang.
    Answer signedOut = leaver.api().with("Prefer", "wait=1").delete("/v1/sessions/current");
    assertThat(signedOut.header("Keyledger-In-Force")).isEqualTo("false");
    JsonNode early = revoked(owner, organization, 1);
    assertThat(early.path("in_force").asBoolean()).as("%s", early).isFalse();
    JsonNode shop = named(early, "shop").getFirst();
    assertThat(shop.path("applied_at").isNull()).isTrue();
    assertThat(Instant.parse(shop.path("refuses_by").asString())).isNotNull();

    JsonNode waited = revoked(owner, organization, 20);
    assertThat(waited.path("in_force").asBoolean()).as("%s", waited).isTrue();
    assertThat(followed.isFresh()).isFalse();
    JsonNode refusing = named(waited, "shop").getFirst();
    assertThat(refusing.path("applied_at").isNull()).isTrue();
    assertThat(Instant.parse(waited.path("in_force_at").asString()))
        .isAfterOrEqualTo(Instant.parse(refusing.path("refuses_by").asString()));

    JsonNode later = revoked(owner, organization, 20);
    assertThat(later.path("in_force").asBoolean()).as("%s", later).isTrue();
    assertThat(named(later, "shop")).as("%s", later).isEmpty();
  }

  @Test
  void afterAReplicaWasKilledNothingIsInForceBeforeItsFollowersRefuse() {
    Organization organization = waitingForFollowers();
    Member owner = cluster.people().join(organization, "owner");
    try (HttpRevocations followed = follow(key(owner, organization).text("secret"), "orphan", 1)) {
      untilReady(followed);
      cluster.replica(Service.DELIVERY, 1).process().kill();
      JsonNode early = revoked(owner, organization, 1);
      assertThat(early.path("in_force").asBoolean()).as("%s", early).isFalse();
      JsonNode receipt = revoked(owner, organization, 29);
      assertThat(receipt.path("in_force").asBoolean()).as("%s", receipt).isTrue();
      assertThat(followed.isFresh()).isFalse();
    } finally {
      cluster.restart(Service.DELIVERY, 1);
      cluster.awaitReady();
    }
  }
}
