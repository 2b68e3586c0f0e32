package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.Topics;
import dev.keyledger.infra.servers.EmbeddedKafka;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Layout;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final List<Service> ON_KAFKA =
      List.of(Service.COMMAND, Service.QUERY, Service.TOKEN);

  private static Cluster cluster;

  @TempDir Path copies;

  @BeforeAll
  static void startCluster() {
    cluster = Cluster.start(Layout.single().with(Service.TOKEN, 2).with(Service.DOWNSTREAM, 0));
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void emptiedWhileAllServicesRun() throws Exception {
    nothingEndedComesBackAndNothingIsLost(() -> {
      kafka().process().kill();
      empty(kafka().data());
      kafka().restart();
    });
  }

  @Test
  void emptiedWhileNothingRuns() throws Exception {
    nothingEndedComesBackAndNothingIsLost(() -> {
      killServices();
      kafka().process().kill();
      empty(kafka().data());
      kafka().restart();
      restartServices();
    });
  }

  @Test
  void setBackToAnOlderCopyWhileNothingRuns() throws Exception {
    killServices();
    kafka().process().stop(Duration.ofSeconds(20));
    Path copy = copies.resolve("kafka");
    copy(kafka().data(), copy);
    kafka().restart();
    restartServices();
    cluster.awaitReady();

    nothingEndedComesBackAndNothingIsLost(() -> {
      killServices();
      kafka().process().kill();
      empty(kafka().data());
      copy(copy, kafka().data());
      kafka().restart();
      restartServices();
    });
  }

  @Test
  void aTopicDeletedWhileAllServicesRun() throws Exception {
    for (String topic : List.of(Topics.ACCESS, Topics.REVOCATIONS, Topics.EVENTS)) {
      nothingEndedComesBackAndNothingIsLost(() -> {
        try (var admin = KafkaSettings.of(kafka().bootstrapServers()).admin()) {
          admin.deleteTopics(List.of(topic)).all().get();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      });
    }
  }

  private void nothingEndedComesBackAndNothingIsLost(Runnable fault) throws Exception {
    Organization organization = cluster.people().liveOrganization("standard");
    Member owner = cluster.people().join(organization, "owner");
    Member leaving = cluster.people().join(organization, "owner");
    Answer kept = created(owner, organization, "kept");
    Answer revoked = created(owner, organization, "revoked");
    assertThat(revoke(owner, organization, revoked).node("receipt.in_force").asBoolean()).isTrue();
    Answer ended =
        cluster
            .api(Service.TOKEN, 0)
            .as(leaving.token())
            .with("Prefer", "wait=10")
            .delete("/v1/sessions/current");
    assertThat(ended.header("Keyledger-In-Force")).as(ended.toString()).isEqualTo("true");

    var revived = new ConcurrentLinkedQueue<String>();
    Thread prober =
        Thread.ofVirtual()
            .start(() -> {
              while (!Thread.currentThread().isInterrupted()) {
                probe(revived, organization, leaving, revoked.text("secret"));
              }
            });
    Load load = new Load(cluster, 2);
    try (load) {
      load.awaitProgress(5);
      fault.run();
      load.awaitProgress(5);
    }
    cluster.awaitReady();
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> new Evidence(cluster).isOnTheTopic());
    await().atMost(SOON).ignoreExceptions().until(() -> code(0, kept.text("secret")).equals("ok"));
    await().atMost(SOON).ignoreExceptions().until(() -> code(1, kept.text("secret")).equals("ok"));
    Member another = cluster.people().join(organization, "owner");
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> revoke(another, organization, kept).node("receipt.in_force").asBoolean());
    assertThat(code(0, kept.text("secret"))).isEqualTo("revoked");
    assertThat(code(1, kept.text("secret"))).isEqualTo("revoked");
    prober.interrupt();
    prober.join();

    assertThat(revived).isEmpty();
    assertThat(load.surprises()).isEmpty();
    var evidence = new Evidence(cluster);
    evidence.showsEveryAcknowledgedCommandOnce(load.acknowledged());
    evidence.showsNoGap();
    evidence.isTheSameOnTheTopic();
    evidence.isTheSameInTheViews(load.organizations());
  }

  private static Answer created(Member owner, Organization organization, String name) {
    Answer created =
        owner
            .api()
            .with("Prefer", "wait=10")
            .post(organization.path() + "/keys", Map.of("name", name, "environment", "test"));
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    return created;
  }

  private static Answer revoke(Member owner, Organization organization, Answer key) {
    return owner
        .api()
        .with("Prefer", "wait=10")
        .post(organization.path() + "/keys/" + key.text("key.id") + "/revoke");
  }

  private static void probe(
      ConcurrentLinkedQueue<String> revived,
      Organization organization,
      Member left,
      String revokedSecret) {
    for (int replica = 0; replica < 2; replica++) {
      Api token = cluster.api(Service.TOKEN, replica);
      noteIfSo(revived, "revoked key", () -> token.as(revokedSecret).post("/v1/authorize"));
      noteIfSo(revived, "ended session", () -> token.as(left.token()).get("/v1/sessions"));
    }
    noteIfSo(
        revived,
        "read with an ended session",
        () -> cluster.api(Service.QUERY, 0).as(left.token()).get(organization.path() + "/keys"));
    noteIfSo(
        revived,
        "command with an ended session",
        () ->
            cluster
                .api(Service.COMMAND, 0)
                .as(left.token())
                .with("Prefer", "wait=0")
                .post(
                    organization.path() + "/keys", Map.of("name", "never", "environment", "test")));
  }

  private static void noteIfSo(
      ConcurrentLinkedQueue<String> revived,
      String what,
      java.util.function.Supplier<Answer> request) {
    try {
      Answer answer = request.get();
      if (answer.isSuccess()) {
        revived.add(what + ": " + answer);
      }
    } catch (RuntimeException noAnswer) {
      // A replica that is down, or not there yet.
    }
  }

  private static String code(int replica, String secret) {
    Answer answer = cluster.api(Service.TOKEN, replica).as(secret).post("/v1/authorize");
    return answer.isSuccess() ? "ok" : answer.status() == 401 ? "revoked" : answer.text("code");
  }

  private static EmbeddedKafka kafka() {
    return cluster.embedded().kafka();
  }

  private static void killServices() {
    for (Service service : ON_KAFKA) {
      cluster.replicas(service).forEach(replica -> replica.process().kill());
    }
  }

  private static void restartServices() {
    for (Service service : ON_KAFKA) {
      for (int replica = 0; replica < cluster.replicas(service).size(); replica++) {
        var unused = cluster.restart(service, replica);
      }
    }
  }

  private static void empty(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(java.util.Comparator.reverseOrder())
          .filter(file -> !file.equals(folder))
          .forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
