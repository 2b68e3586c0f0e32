package dev.keyledger.token.enforcement.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.TestTenant;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who can write to a topic gains no access by it, here or at the next start. */
class ForgedRecordsTest extends EnforcementTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static Servers.Broker broker;
  private static Running shared;

  @Override
  @BeforeAll
  void startOnce() {
    shared = service;
    broker = Servers.forTests().freshBroker();
    service = start(broker.bootstrapServers());
  }

  @AfterAll
  static void stop() {
    service.context().close();
    service = shared;
    broker.close();
  }

  private static RecordSeals seals() {
    return service.context().getBean(RecordSeals.class);
  }

  /** By somebody who has the broker's address and no server key. */
  private static void forge(Consumer<Producer<String, byte[]>> write) {
    long before = seals().refusedOf(Topics.ACCESS);
    try (var producer =
        new KafkaProducer<String, byte[]>(KafkaSettings.of(broker.bootstrapServers()).producer())) {
      write.accept(producer);
    }
    await().atMost(PATIENCE).until(() -> seals().refusedOf(Topics.ACCESS) > before);
  }

  private static ProducerRecord<String, byte[]> plain(AccessRecord record) {
    var plain =
        new ProducerRecord<>(
            Topics.ACCESS,
            Topics.partitionOf(record.organization()),
            record.subject().value(),
            EventCodec.encodeAccess(record));
    plain.headers().add("ce_organization", record.organization().value().getBytes(UTF_8));
    return plain;
  }

  private static int authorize(TestTenant.Key key, String permission) {
    return send(to("/v1/authorize?scope=" + permission).header("X-Api-Key", key.secret).GET())
        .status();
  }

  private static KeyAccess moved(KeyAccess key, OrganizationId to, long position) {
    return new KeyAccess(
        to,
        position,
        key.key(),
        key.environment(),
        key.scopes(),
        key.createdBy(),
        key.expiresAt(),
        key.state(),
        key.secrets());
  }

  @Test
  void aRecordWithoutASealRaisesNobody() {
    var tenant = new TestTenant(SERVER_KEYS);
    publish(tenant.registered(), tenant.ownerAs(Role.DEVELOPER));
    TestTenant.Key key = published(tenant.key("live"));
    assertThat(authorize(key, "clients.read")).isEqualTo(200);
    assertThat(authorize(key, "clients.write")).isEqualTo(403);

    forge(producer -> producer.send(plain(tenant.ownerAs(Role.OWNER))));

    assertThat(authorize(key, "clients.write")).isEqualTo(503);
    publish(tenant.ownerAs(Role.DEVELOPER));
    assertThat(authorize(key, "clients.read")).isEqualTo(200);
    assertThat(authorize(key, "clients.write")).isEqualTo(403);
  }

  @Test
  void aSealTakenFromAnotherRecordIsNone() {
    var tenant = new TestTenant(SERVER_KEYS);
    publish(tenant.registered(), tenant.ownerAs(Role.DEVELOPER));
    TestTenant.Key key = published(tenant.key("live"));
    ConsumerRecord<String, byte[]> genuine = last(Topics.partitionOf(tenant.id));
    ProducerRecord<String, byte[]> forged = plain(tenant.ownerAs(Role.OWNER));
    forged.headers().remove("ce_organization");
    genuine.headers().forEach(forged.headers()::add);

    forge(producer -> producer.send(forged));

    assertThat(authorize(key, "clients.write")).isEqualTo(503);
  }

  @Test
  void aKeyThatIsKnownNeverMovesToAnotherOrganisationWhoeverSaysSo() {
    TestTenant own = tenant();
    TestTenant platform = tenant();
    TestTenant.Key key = published(own.key("live"));
    int before = service.state().unreadableRecords();
    KeyAccess record = moved(key.record(), platform.id, platform.position() + 100);
    try (var producer =
        TestServerKeys.SEALS.producer(KafkaSettings.of(broker.bootstrapServers()).producer())) {
      producer.send(plain(record));
    }
    await().atMost(PATIENCE).until(() -> service.state().unreadableRecords() > before);

    assertThat(service.state().key(key.id).organizationId()).isEqualTo(own.id);
  }

  @Test
  void aRevokedKeyStaysRevokedWhenItsOlderRecordIsSentOnceMore() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    ConsumerRecord<String, byte[]> alive = last(Topics.partitionOf(tenant.id));
    publish(key.revoked());
    assertThat(authorize(key, "clients.read")).isEqualTo(401);

    try (var producer =
        new KafkaProducer<String, byte[]>(KafkaSettings.of(broker.bootstrapServers()).producer())) {
      producer.send(
          new ProducerRecord<>(
              alive.topic(), alive.partition(), alive.key(), alive.value(), alive.headers()));
    }
    publish(tenant.ownerAs(Role.OWNER));

    assertThat(service.state().key(key.id).state()).isEqualTo(KeyState.REVOKED);
    assertThat(authorize(key, "clients.read")).isEqualTo(401);
  }

  private static ConsumerRecord<String, byte[]> last(int number) {
    var partition = new TopicPartition(Topics.ACCESS, number);
    try (var consumer =
        new KafkaConsumer<String, byte[]>(KafkaSettings.of(broker.bootstrapServers()).consumer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      ConsumerRecord<String, byte[]> last = null;
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          last = record;
        }
      }
      return last;
    }
  }
}
