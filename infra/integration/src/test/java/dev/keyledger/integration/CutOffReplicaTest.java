package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.servers.Servers;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** G4: a replica that can't know says 503, and no receipt depends on it. */
@DisabledIfSystemProperty(
    named = Servers.KIND,
    matches = "containers",
    disabledReason = "the broker in a container has no second way to it that could be cut")
class CutOffReplicaTest {
  private static final Duration BOUND = Duration.ofSeconds(2);
  private static final int CUT = 1;

  private final Cluster cluster = SharedCluster.get();

  @Test
  void aReplicaCutOffFromKafkaAnswers503WithinTheBoundAndRecoversByItself() {
    Organization organization = cluster.people().liveOrganization("incrm");
    Member owner = cluster.people().join(organization, "owner");
    Answer created =
        owner
            .api()
            .post(organization.path() + "/keys", Map.of("name", "key", "environment", "live"));
    String secret = created.text("secret");
    assertThat(verify(CUT, owner, secret).text("code")).isEqualTo("ok");

    cluster.line().cut();
    long cutAt = System.nanoTime();
    try {
      await()
          .pollInterval(Duration.ofMillis(20))
          .atMost(BOUND.plusSeconds(1))
          .until(() -> verify(CUT, owner, secret).status() == 503);
      assertThat(Duration.ofNanos(System.nanoTime() - cutAt)).isLessThan(BOUND.plusMillis(500));

      Answer revoked =
          owner
              .api()
              .with("Prefer", "wait=10")
              .post(organization.path() + "/keys/" + created.text("key.id") + "/revoke");
      assertThat(revoked.node("receipt.in_force").asBoolean()).as(revoked.toString()).isTrue();
      assertThat(verify(0, owner, secret).text("code")).isEqualTo("revoked");
      assertThat(verify(CUT, owner, secret).status()).isEqualTo(503);
    } finally {
      cluster.line().mend();
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> verify(CUT, owner, secret).text("code").equals("revoked"));
    cluster.awaitReady();
  }

  private Answer verify(int replica, Member caller, String secret) {
    return cluster
        .api(Service.TOKEN, replica)
        .as(caller.token())
        .post("/v1/keys/verify", Map.of("key", secret));
  }
}
