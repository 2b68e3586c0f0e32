package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.Topics;
import dev.keyledger.infra.servers.EmbeddedKafka;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka is the road and not the memory: whatever becomes of its disk, nothing that ended is
 * accepted again by anybody, at any time, and everything is on the topics and in the views
 * afterwards.
 */
@Tag("faults")
class LostKafkaTest {
  private static final List<String> TOPICS =
      List.of(Topics.ACCESS, Topics.REVOCATIONS, Topics.EVENTS);
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final List<Service> ON_KAFKA =
      List.of(Service.COMMAND, Service.QUERY, Service.TOKEN);

  private static final Cluster cluster = FaultCluster.get();

  @TempDir Path copies;

  private interface Fault {
    void strike() throws Exception;
  }

  @Test
  void emptiedWhileAllServicesRun() throws Exception {
    nothingEndedComesBackAndNothingIsLost(() -> {
      kafka().process().kill();
      DataFolder.empty(kafka().data());
      kafka().restart();
    });
  }

  @Test
  void emptiedWhileNothingRuns() throws Exception {
    nothingEndedComesBackAndNothingIsLost(() -> {
      killServices();
      kafka().process().kill();
      DataFolder.empty(kafka().data());
      kafka().restart();
      restartServices();
    });
  }

  @Test
  void setBackToAnOlderCopyWhileNothingRuns() throws Exception {
    Path copy = copied();
    nothingEndedComesBackAndNothingIsLost(() -> {
      killServices();
      kafka().process().kill();
      DataFolder.setBack(kafka().data(), copy);
      kafka().restart();
      restartServices();
    });
  }

  private Path copied() {
    Path copy = copies.resolve("kafka");
    kafka().process().stop(Duration.ofSeconds(20));
    DataFolder.copy(kafka().data(), copy);
    kafka().restart();
    cluster.awaitReady();
    return copy;
  }

  @Test
  void aTopicDeletedWhileAllServicesRun() throws Exception {
    for (String topic : TOPICS.subList(0, Math.min(TOPICS.size(), UnderLoad.ROUNDS))) {
      nothingEndedComesBackAndNothingIsLost(() -> deleted(topic));
    }
  }

  private static void deleted(String topic) throws ExecutionException, InterruptedException {
    try (var admin = KafkaSettings.of(kafka().bootstrapServers()).admin()) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
  }

  private void nothingEndedComesBackAndNothingIsLost(Fault fault) throws Exception {
    Organization organization = cluster.people().liveOrganization("standard");
    Member owner = cluster.people().join(organization, "owner");
    Answer kept = created(owner, organization);
    var load = new Load(cluster, 2);
    var promises = new Promises(cluster);
    var receivers = new Receivers(cluster, load.organizations());
    try (load;
        promises) {
      load.awaitProgress(5);
      fault.strike();
      load.awaitProgress(5);
      cluster.awaitReady();
      await()
          .atMost(SOON)
          .ignoreExceptions()
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> new Evidence(cluster).isOnTheTopic());
      for (int replica = 0; replica < 2; replica++) {
        int one = replica;
        await().atMost(SOON).ignoreExceptions().until(() -> isAccepted(one, kept));
      }
      await().atMost(SOON).ignoreExceptions().until(() -> isRevokedInForce(organization, kept));
    }
    assertThat(isAccepted(0, kept)).isFalse();
    assertThat(isAccepted(1, kept)).isFalse();
    assertThat(promises.made()).isGreaterThan(1);
    try (receivers) {
      new UnderLoad(cluster).check(load, promises, receivers);
    }
  }

  private static Answer created(Member owner, Organization organization) {
    Answer created =
        owner
            .api()
            .with("Prefer", "wait=10")
            .post(organization.path() + "/keys", Map.of("name", "kept", "environment", "test"));
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    return created;
  }

  private static boolean isRevokedInForce(Organization organization, Answer key) {
    return cluster
        .people()
        .join(organization, "owner")
        .api()
        .with("Prefer", "wait=10")
        .post(organization.path() + "/keys/" + key.text("key.id") + "/revoke")
        .node("receipt.in_force")
        .asBoolean();
  }

  private static boolean isAccepted(int replica, Answer key) {
    return cluster
        .api(Service.TOKEN, replica)
        .as(key.text("secret"))
        .post("/v1/authorize")
        .isSuccess();
  }

  private static EmbeddedKafka kafka() {
    return cluster.embedded().kafka();
  }

  private static void killServices() {
    for (Service service : ON_KAFKA) {
      cluster.replicas(service).forEach(replica -> replica.process().kill());
    }
  }

  /** What clients wait for afterwards is not how long five start beside each other. */
  private static void restartServices() {
    for (Service service : ON_KAFKA) {
      for (int replica = 0; replica < cluster.replicas(service).size(); replica++) {
        var unused = cluster.restart(service, replica);
      }
    }
    cluster.awaitReady();
  }
}
