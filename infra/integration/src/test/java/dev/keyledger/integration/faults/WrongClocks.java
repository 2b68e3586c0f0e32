package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import dev.keyledger.testing.ProcessClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One process's clock, wrong for some seconds. What lives by time and isn't due by the right one
 * outlives that: a key that expires, the older secret of a rotation, a remembered answer, a
 * session.
 */
final class WrongClocks {
  static final List<Duration> OFF =
      List.of(
          Duration.ofHours(30), Duration.ofHours(-1), Duration.ofHours(1), Duration.ofHours(-30));

  private static final Duration NOTICED_WITHIN = Duration.ofSeconds(30);
  private static final Duration AWHILE = Duration.ofSeconds(4);
  private static final Duration SOON = Duration.ofMinutes(1);

  private final Cluster cluster;
  private final Organization organization;
  private final Member owner;
  private final String once = UUID.randomUUID().toString();
  private final Answer session;
  private final Answer expiring;
  private final Answer rotated;
  private final String olderSecret;

  WrongClocks(Cluster cluster) {
    this.cluster = cluster;
    organization = cluster.people().liveOrganization("standard");
    owner = cluster.people().join(organization, "owner");
    session = cluster.people().session(organization, owner.email());
    expiring = createdOnce();
    Answer rotating = created(Map.of("name", "rotating", "environment", "test"), "");
    olderSecret = rotating.text("secret");
    rotated =
        owner
            .api()
            .with("Prefer", "wait=10")
            .post(
                organization.path() + "/keys/" + rotating.text("key.id") + "/rotate",
                Map.of("grace_period", "PT2H"));
    assertThat(rotated.status()).as(rotated.toString()).isEqualTo(200);
  }

  private Answer createdOnce() {
    return created(Map.of("name", "short", "environment", "test", "expires_in_days", 1), once);
  }

  private Answer created(Map<String, ?> body, String idempotencyKey) {
    var api = owner.api().with("Prefer", "wait=10");
    Answer created =
        (idempotencyKey.isEmpty() ? api : api.with("Idempotency-Key", idempotencyKey))
            .post(organization.path() + "/keys", body);
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    return created;
  }

  /** Sets it wrong until the replica says so and some time longer, and right again. */
  void strike(Service service, int index, Duration by) {
    ServiceProcess replica = cluster.replica(service, index);
    ProcessClock clock = cluster.clockOf(service, index);
    clock.setOff(by);
    try {
      await().atMost(NOTICED_WITHIN).until(() -> !replica.isReady());
      UnderLoad.passes(AWHILE);
    } finally {
      clock.setOff(Duration.ZERO);
    }
    replica.awaitReady(SOON);
    nothingIsGone();
  }

  private void nothingIsGone() {
    for (String secret : List.of(expiring.text("secret"), olderSecret, rotated.text("secret"))) {
      for (int replica = 0; replica < cluster.replicas(Service.TOKEN).size(); replica++) {
        var token = cluster.api(Service.TOKEN, replica).as(secret);
        await()
            .atMost(SOON)
            .ignoreExceptions()
            .untilAsserted(() -> assertThat(token.post("/v1/authorize").status()).isEqualTo(200));
      }
    }
    assertThat(createdOnce().text("key.id")).isEqualTo(expiring.text("key.id"));
    Answer events = cluster.people().operator().get(organization.path() + "/events?limit=100");
    events
        .node("items")
        .forEach(event ->
            assertThat(event.path("type").asString())
                .isNotIn("key.expired", "key.rotation_completed"));
    Answer refreshed = cluster.gateway().as(session.text("access_token")).get("/v1/sessions");
    assertThat(refreshed.status()).as(refreshed.toString()).isEqualTo(200);
  }
}
