package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.servers.EmbeddedPostgres;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.integration.FromTheLedgerAlone;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Layout;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A PostgreSQL that has lost commits which were answered and published, as after a failover to a
 * standby that lagged. Nobody promises them back; but it is seen, nothing is published over it, and
 * ARCHITECTURE's steps lead to the one truth that is left.
 */
@Tag("faults")
class LostCommitsTest {
  private static final Duration SOON = Duration.ofMinutes(2);

  @TempDir Path copies;

  private Cluster cluster;

  @BeforeEach
  void startCluster() {
    cluster = Cluster.start(Layout.single().with(Service.TOKEN, 2).with(Service.DOWNSTREAM, 0));
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
  }

  @Test
  void theRelayStopsAndTheLedgerThatIsLeftBecomesTheTruth() throws Exception {
    Organization organization = cluster.people().liveOrganization("standard");
    Member owner = cluster.people().join(organization, "owner");
    Answer kept = created(owner, organization);
    Answer revokedBefore = created(owner, organization);
    revoked(owner, organization, revokedBefore);
    Path copy = copied();

    Answer lost = created(owner, organization);
    revoked(owner, organization, kept);
    setBack(copy);

    await()
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(relay().text("status")).isEqualTo("stopped"));
    assertThat(relay().text("reason")).contains("published", "ledger");
    assertThat(cluster.replica(Service.COMMAND, 0).isReady()).isFalse();
    await().atMost(SOON).until(() -> verdict(0, lost) == 200);

    FromTheLedgerAlone.begin(cluster);

    cluster.awaitReady();
    new UnderLoad(cluster).awaitSettled();
    for (int replica = 0; replica < 2; replica++) {
      int one = replica;
      await().atMost(SOON).until(() -> verdict(one, kept) == 200);
      assertThat(verdict(replica, revokedBefore)).isEqualTo(401);
      assertThat(verdict(replica, lost)).isEqualTo(401);
    }
    revoked(owner, organization, kept);
    assertThat(verdict(0, kept)).isEqualTo(401);
    assertThat(verdict(1, kept)).isEqualTo(401);
    new UnderLoad(cluster).awaitSettled();
    var evidence = new Evidence(cluster);
    evidence.showsNoGap();
    evidence.isTheSameOnTheTopic();
    evidence.isTheSameInTheViews(List.of(organization));
  }

  private Path copied() {
    Path copy = copies.resolve("postgres");
    postgres().process().stop(Duration.ofSeconds(60));
    DataFolder.copy(postgres().data(), copy);
    postgres().restart();
    cluster.awaitReady();
    return copy;
  }

  private void setBack(Path copy) {
    postgres().process().stop(Duration.ofSeconds(60));
    DataFolder.setBack(postgres().data(), copy);
    postgres().restart();
  }

  private Answer relay() {
    return cluster.people().operator().get("/v1/platform/relay");
  }

  private EmbeddedPostgres postgres() {
    return cluster.embedded().postgres();
  }

  private static Answer created(Member owner, Organization organization) {
    Answer created =
        owner
            .api()
            .with("Prefer", "wait=10")
            .post(organization.path() + "/keys", Map.of("name", "key", "environment", "test"));
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    return created;
  }

  private static void revoked(Member owner, Organization organization, Answer key) {
    Answer revoked =
        owner
            .api()
            .with("Prefer", "wait=10")
            .post(organization.path() + "/keys/" + key.text("key.id") + "/revoke");
    assertThat(revoked.node("receipt.in_force").asBoolean(false)).as(revoked.toString()).isTrue();
  }

  private int verdict(int replica, Answer key) {
    return cluster
        .api(Service.TOKEN, replica)
        .as(key.text("secret"))
        .post("/v1/authorize")
        .status();
  }
}
