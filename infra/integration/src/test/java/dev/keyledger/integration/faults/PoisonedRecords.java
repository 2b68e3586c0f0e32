package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Bytes on a topic that are no record, about one organisation. That one alone stops, where any has
 * to, the operator sees it, and it goes on by what the operator or the organisation does.
 */
final class PoisonedRecords {
  static final List<String> TOPICS =
      List.of(Topics.EVENTS, Topics.ACCESS, Topics.REVOCATIONS, Topics.USAGE, Topics.ACKS);

  private static final byte[] NO_RECORD = {'{', '"', (byte) 0xff, 0, '}', '}', 7};
  private static final Duration SOON = Duration.ofMinutes(1);

  private final Cluster cluster;
  private final Tenant poisoned;
  private final Tenant other;

  /** An organisation with a key that is in force. */
  private record Tenant(Organization organization, Member owner, Answer key) {
    static Tenant of(Cluster cluster) {
      Organization organization = cluster.people().liveOrganization("standard");
      Member owner = cluster.people().join(organization, "owner");
      Answer key =
          owner
              .api()
              .with("Prefer", "wait=10")
              .post(organization.path() + "/keys", Map.of("name", "key", "environment", "test"));
      assertThat(key.status()).as(key.toString()).isEqualTo(201);
      return new Tenant(organization, owner, key);
    }

    String keyPath() {
      return organization.path() + "/keys/" + key.text("key.id");
    }

    Answer madeAndRevoked(String name) {
      String keys = organization.path() + "/keys";
      Answer made = owner.api().post(keys, Map.of("name", name, "environment", "test"));
      return owner
          .api()
          .with("Prefer", "wait=10")
          .post(keys + "/" + made.text("key.id") + "/revoke");
    }

    Answer renamed(String name) {
      return owner.api().with("Prefer", "wait=10").patch(keyPath(), Map.of("name", name));
    }
  }

  PoisonedRecords(Cluster cluster) {
    this.cluster = cluster;
    poisoned = Tenant.of(cluster);
    other = Tenant.of(cluster);
  }

  /** Whether it was written by this, and no relay has to answer for it. */
  static boolean isPoison(byte[] value) {
    return Arrays.equals(value, NO_RECORD);
  }

  /**
   * @param topic one of {@link #TOPICS}
   */
  void strike(String topic, int round) throws ExecutionException, InterruptedException {
    switch (topic) {
      case Topics.EVENTS -> event(round);
      case Topics.ACCESS -> access(round);
      case Topics.REVOCATIONS -> revocation();
      default -> whatStopsNothing(topic, round);
    }
  }

  /** The views of the organisation stop until its next event shows what was none. */
  private void event(int round) throws ExecutionException, InterruptedException {
    send(Topics.EVENTS, poisoned.organization.id(), false);
    await().atMost(SOON).until(() -> haltedOrganizations().contains(poisoned.organization.id()));
    assertThat(haltedOrganizations()).containsExactly(poisoned.organization.id());
    Api operator = cluster.people().operator();
    assertThat(operator.get(poisoned.keyPath()).header("Keyledger-Halted")).isEqualTo("unreadable");
    assertThat(operator.get(other.keyPath()).header("Keyledger-Halted")).isEmpty();
    assertThat(accepted(poisoned)).isTrue();

    String name = "after " + round;
    Answer renamed = poisoned.renamed(name);
    assertThat(renamed.status()).as(renamed.toString()).isEqualTo(200);
    String path = poisoned.keyPath() + "?at_least=" + renamed.header("Keyledger-Position");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(operator.get(path).text("name")).isEqualTo(name));
    await().atMost(SOON).until(() -> haltedOrganizations().isEmpty());
  }

  private List<String> haltedOrganizations() {
    return cluster
        .people()
        .operator()
        .get("/v1/platform/halted-organizations")
        .node("items")
        .valueStream()
        .map(item -> item.path("organization").asString(""))
        .toList();
  }

  /** The organisation's keys are 503 until a newer state of the subject comes. */
  private void access(int round) throws ExecutionException, InterruptedException {
    send(Topics.ACCESS, poisoned.key.text("key.id"), true);
    onlyThePoisonedIsRefused();
    Answer renamed = poisoned.renamed("mended " + round);
    assertThat(renamed.status()).as(renamed.toString()).isEqualTo(200);
    goesOn();
  }

  /** The organisation is 503 until the operator says that all go on without the record. */
  private void revocation() throws ExecutionException, InterruptedException {
    send(Topics.REVOCATIONS, poisoned.organization.id(), true);
    onlyThePoisonedIsRefused();
    acknowledgeEverything();
    goesOn();
  }

  private void onlyThePoisonedIsRefused() {
    for (int replica = 0; replica < cluster.replicas(Service.TOKEN).size(); replica++) {
      int one = replica;
      await().atMost(SOON).until(() -> verdict(one, poisoned) == 503);
      assertThat(verdict(one, other)).isEqualTo(200);
    }
    assertThat(unreadable())
        .extracting(item -> item.path("organization").asString(""))
        .containsExactly(poisoned.organization.id());
  }

  private List<JsonNode> unreadable() {
    return cluster
        .people()
        .operator()
        .get("/v1/platform/unreadable-records")
        .node("items")
        .valueStream()
        .toList();
  }

  private void acknowledgeEverything() {
    for (JsonNode item : unreadable()) {
      var named = new TreeMap<String, Object>();
      for (String field : List.of("topic", "topic_id", "digest")) {
        named.put(field, item.path(field).asString());
      }
      named.put("partition", item.path("partition").asInt());
      named.put("offset", item.path("offset").asLong());
      named.put("reason", "written by a test");
      Answer done =
          cluster.people().operator().post("/v1/platform/unreadable-records/acknowledge", named);
      assertThat(done.status()).as(done.toString()).isEqualTo(200);
    }
  }

  /** Receipts come and uses are counted as ever. */
  private void whatStopsNothing(String topic, int round)
      throws ExecutionException, InterruptedException {
    send(topic, topic.equals(Topics.USAGE) ? poisoned.key.text("key.id") : "token-service-0", true);
    goesOn();
    Answer ended = poisoned.madeAndRevoked("still " + round);
    assertThat(ended.node("receipt.in_force").asBoolean(false)).as(ended.toString()).isTrue();
  }

  private void goesOn() {
    await().atMost(SOON).until(() -> accepted(poisoned) && accepted(other));
    await().atMost(SOON).until(() -> unreadable().isEmpty());
    assertThat(haltedOrganizations()).isEmpty();
  }

  private boolean accepted(Tenant tenant) {
    boolean accepted = true;
    for (int replica = 0; replica < cluster.replicas(Service.TOKEN).size(); replica++) {
      accepted &= verdict(replica, tenant) == 200;
    }
    return accepted;
  }

  private int verdict(int replica, Tenant tenant) {
    return cluster
        .api(Service.TOKEN, replica)
        .as(tenant.key.text("secret"))
        .post("/v1/authorize")
        .status();
  }

  /**
   * @param named whether a header says whose record it was to be; on {@code events.v1} the key does
   */
  private void send(String topic, @Nullable String key, boolean named)
      throws ExecutionException, InterruptedException {
    var organization = new OrganizationId(poisoned.organization.id());
    int partition = topic.equals(Topics.ACKS) ? 0 : Topics.partitionOf(organization);
    var record = new ProducerRecord<String, byte[]>(topic, partition, key, NO_RECORD);
    if (named) {
      record
          .headers()
          .add("ce_organization", organization.value().getBytes(StandardCharsets.UTF_8));
    }
    Map<String, Object> settings = cluster.kafka().producer();
    // The platform's own, and torn before it was sealed: another is passed over where it can be.
    try (var producer = new RecordSeals(cluster::serverKeys).producer(settings)) {
      producer.send(record).get();
    }
  }
}
