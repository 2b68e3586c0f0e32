package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Origin;
import dev.keyledger.events.Topics;
import dev.keyledger.events.id.EventId;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.MovableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** G2: an organisation that can't go on stops no other, and goes on once it can. */
@ExtendWith(SharedReplica.Resolver.class)
class ParkedOrganizationsTest {
  private final TestLedger ledger;
  private final QueryServiceUnderTest service;
  private final Database database;

  ParkedOrganizationsTest(SharedReplica replica) {
    ledger = replica.ledger;
    service = replica.service;
    database = replica.database;
  }

  @Test
  void aGapHaltsItsOrganisationAloneUntilItIsFilled() {
    var broken = new Stream();
    var key = TestLedger.newKey();
    ledger.publish(broken.registered());
    LedgerEvent missing = broken.next(TestLedger.created(key, "missing"));
    LedgerEvent after = broken.next(new KeyRenamed(key, "missing", "found", TestLedger.START));
    Stream sound = samePartitionAs(broken);
    ledger.publish(after, sound.registered());

    service.awaitApplied(sound);
    await().atMost(Duration.ofSeconds(30)).until(() -> halted() >= 1);
    assertThat(haltedReason(broken)).isEqualTo("gap");
    assertThat(service.get(OPERATOR, "/v1/organizations/" + broken.id).header("Keyledger-Position"))
        .isEqualTo("0");
    var path = "/v1/organizations/" + broken.id;
    for (String read :
        List.of(
            path,
            path + "/policy",
            path + "/members",
            path + "/keys",
            path + "/events",
            path + "/keys/" + key,
            path + "?at_least=2")) {
      assertThat(service.get(OPERATOR, read).header("Keyledger-Halted")).as(read).isEqualTo("gap");
    }
    assertThat(
            service
                .send(OPERATOR, path + "/events", "application/x-ndjson")
                .headers()
                .firstValue("Keyledger-Halted"))
        .as("the export")
        .contains("gap");
    assertThat(service.get(OPERATOR, "/v1/organizations").header("Keyledger-Halted"))
        .contains(broken.id + ":gap")
        .doesNotContain(sound.id.value());
    assertThat(service.get(OPERATOR, "/v1/organizations/" + sound.id).header("Keyledger-Halted"))
        .isEmpty();

    ledger.publish(missing);

    service.awaitApplied(broken);
    assertThat(
            service
                .get(OPERATOR, "/v1/organizations/" + broken.id + "/keys/" + key)
                .body()
                .path("name")
                .stringValue())
        .isEqualTo("found");
    assertThat(haltedReason(broken)).isEmpty();
    assertThat(service.get(OPERATOR, path).header("Keyledger-Halted")).isEmpty();
  }

  @Test
  void anUnknownTypeAndAnUnreadableRecordHaltTheirOrganisationsAlone() {
    var later = new Stream();
    var torn = new Stream();
    ledger.publish(later.registered(), torn.registered());
    byte[] unknown =
        new String(
                EventCodec.encode(
                    later.next(TestLedger.created(TestLedger.newKey(), "of a later release"))),
                StandardCharsets.UTF_8)
            .replace("key.created", "key.teleported")
            .getBytes(StandardCharsets.UTF_8);
    ledger.publishRaw(later.id, 1, "key.teleported", unknown);
    ledger.publishRaw(
        torn.id, 1, "key.created", "{\"organization\":".getBytes(StandardCharsets.UTF_8));
    torn.skip();
    LedgerEvent behind = torn.next(TestLedger.created(TestLedger.newKey(), "behind"));
    var sound = new Stream();
    ledger.publish(behind, sound.registered());

    service.awaitApplied(sound);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          assertThat(haltedReason(later)).isEqualTo("unknown_type");
          assertThat(haltedReason(torn)).isEqualTo("unreadable");
          assertThat(parked(torn)).isEqualTo(2);
        });
  }

  @Test
  void aTornRecordThatIsPublishedAgainIsReplacedAndItsOrganisationGoesOn() {
    var torn = new Stream();
    var nameless = new Stream();
    byte[] unreadable = "{\"organization\":".getBytes(StandardCharsets.UTF_8);
    for (Stream stream : List.of(torn, nameless)) {
      ledger.publish(stream.registered());
      LedgerEvent published = stream.next(TestLedger.created(TestLedger.newKey(), "torn"));
      LedgerEvent behind = stream.next(TestLedger.created(TestLedger.newKey(), "behind"));
      if (stream == torn) {
        ledger.publishRaw(stream.id, 1, "key.created", unreadable);
      } else {
        ledger.publishWithoutPosition(stream.id, "key.created", unreadable);
      }
      ledger.publish(behind);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> {
            assertThat(haltedReason(stream)).isEqualTo("unreadable");
            assertThat(parked(stream)).isEqualTo(2);
          });

      ledger.publish(published);

      service.awaitApplied(stream);
      ledger.publish(
          published, behind, stream.next(TestLedger.created(TestLedger.newKey(), "next")));
      service.awaitApplied(stream);
      assertThat(haltedReason(stream)).isEmpty();
      var path = "/v1/organizations/" + stream.id;
      assertThat(service.get(OPERATOR, path + "/events").items()).hasSize(4);
      assertThat(service.get(OPERATOR, path + "/keys").items()).hasSize(3);
      assertThat(
              service.rows(
                  "select 1 from parked_g"
                      + service.liveGeneration()
                      + " where organization = '"
                      + stream.id.uuid()
                      + "'"))
          .isEmpty();
    }
  }

  @Test
  void theOperatorLetsAnOrganisationGoOnThatCanBeReadMeanwhile() throws Exception {
    var stream = new Stream();
    ledger.publish(stream.registered());
    LedgerEvent created = stream.next(TestLedger.created(TestLedger.newKey(), "torn"));
    ledger.publishRaw(stream.id, 1, "key.created", new byte[] {'{'});
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(parked(stream)).isEqualTo(1));
    try (var connection = database.asSuperuser();
        var mend =
            connection.prepareStatement(
                "update query.parked_g"
                    + service.liveGeneration()
                    + " set record = ? where organization = ?")) {
      mend.setBytes(1, EventCodec.encode(created));
      mend.setObject(2, stream.id.uuid());
      mend.executeUpdate();
    }

    var retried =
        service.call(OPERATOR, "POST", "/v1/platform/halted-organizations/" + stream.id + "/retry");

    assertThat(retried.body().path("resumed").booleanValue()).isTrue();
    service.awaitApplied(stream);
    assertThat(haltedReason(stream)).isEmpty();
  }

  @Test
  void aValueThatPostgresCannotHoldHaltsItsOrganisationAlone() {
    var poisoned = new Stream();
    var sound = samePartitionAs(poisoned);
    ledger.publish(
        poisoned.registered(),
        poisoned.next(TestLedger.created(TestLedger.newKey(), "a\u0000b")),
        sound.registered(),
        sound.next(TestLedger.created(TestLedger.newKey(), "c")));

    service.awaitApplied(sound);

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(haltedReason(poisoned)).isEqualTo("impossible"));
  }

  @Test
  void anOrganisationThatPostgresStillRefusesStopsNobodyElseAtTheNextStart() {
    Servers servers = Servers.forTests();
    var database = servers.freshDatabase();
    var poisoned = new Stream();
    var sound = samePartitionAs(poisoned);
    try (var broker = servers.freshBroker();
        var other = new TestLedger(broker.bootstrapServers())) {
      other.publish(
          poisoned.registered(),
          poisoned.next(TestLedger.created(TestLedger.newKey(), "a\u0000b")));
      try (var old =
          new QueryServiceUnderTest(
              database, broker.bootstrapServers(), new MovableClock(TestLedger.START), Map.of())) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> old.rows("select 1 from parked_g1").size() == 2);
        var retried =
            old.call(
                OPERATOR, "POST", "/v1/platform/halted-organizations/" + poisoned.id + "/retry");
        assertThat(retried.status()).isEqualTo(200);
        assertThat(retried.body().path("resumed").booleanValue()).isFalse();
      }
      try (var next =
          new QueryServiceUnderTest(
              database, broker.bootstrapServers(), new MovableClock(TestLedger.START), Map.of())) {
        other.publish(sound.registered());
        next.awaitApplied(sound);
        assertThat(next.rows("select reason from halted_g1"))
            .containsExactly(List.of("impossible"));
        assertThat(next.rows("select 1 from parked_g1")).hasSize(2);
      }
    }
  }

  @Test
  void anEventThatTheRelayDidNotWriteIsPassedOver() throws Exception {
    var stream = new Stream();
    ledger.publish(stream.registered());
    service.awaitApplied(stream);
    var forged =
        new LedgerEvent(
            stream.id,
            1,
            EventId.of(UuidCreator.getTimeOrderedEpoch()),
            Actor.SYSTEM,
            Origin.NONE,
            TestLedger.created(TestLedger.newKey(), "forged"));
    try (var producer =
        new KafkaProducer<String, byte[]>(
            KafkaSettings.of(Servers.forTests().bootstrapServers()).producer())) {
      producer
          .send(
              new ProducerRecord<>(
                  Topics.EVENTS,
                  Topics.partitionOf(stream.id),
                  stream.id.value(),
                  EventCodec.encode(forged)))
          .get();
    }
    ledger.publish(stream.next(TestLedger.created(TestLedger.newKey(), "genuine")));
    service.awaitApplied(stream);

    assertThat(
            service.rows(
                "select name from keys_g"
                    + service.liveGeneration()
                    + " where name in ('forged', 'genuine')"))
        .containsExactly(List.of("genuine"));
    assertThat(service.context().getBean(RecordSeals.class).refusedOf(Topics.EVENTS)).isPositive();
  }

  @Test
  void anEventThatCannotFollowHaltsItsOrganisation() {
    var stream = new Stream();
    ledger.publish(
        stream.registered(),
        stream.next(new KeyRenamed(TestLedger.newKey(), "a", "b", TestLedger.START)));

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(haltedReason(stream)).isEqualTo("impossible"));
  }

  @Test
  void aHaltedOrganisationGoesOnByItselfWhenAReleaseStartsThatCanRead() throws Exception {
    Servers servers = Servers.forTests();
    var database = servers.freshDatabase();
    var stream = new Stream();
    LedgerEvent registered = stream.registered();
    LedgerEvent created = stream.next(TestLedger.created(TestLedger.newKey(), "later"));
    byte[] readable = EventCodec.encode(created);
    byte[] unknown =
        new String(readable, StandardCharsets.UTF_8)
            .replace("key.created", "key.teleported")
            .getBytes(StandardCharsets.UTF_8);
    try (var broker = servers.freshBroker();
        var other = new TestLedger(broker.bootstrapServers())) {
      other.publish(registered);
      other.publishRaw(stream.id, 1, "key.teleported", unknown);
      try (var old =
          new QueryServiceUnderTest(
              database, broker.bootstrapServers(), new MovableClock(TestLedger.START), Map.of())) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> old.rows("select 1 from parked_g1").size() == 1);
      }
      // The release that knows the type reads the same record as an event.
      try (var connection = database.asSuperuser();
          var learned = connection.prepareStatement("update query.parked_g1 set record = ?")) {
        learned.setBytes(1, readable);
        learned.executeUpdate();
      }
      try (var next =
          new QueryServiceUnderTest(
              database, broker.bootstrapServers(), new MovableClock(TestLedger.START), Map.of())) {
        next.awaitApplied(stream);
        assertThat(next.rows("select 1 from halted_g1")).isEmpty();
        assertThat(next.rows("select 1 from parked_g1")).isEmpty();
      }
    }
  }

  private double halted() {
    return service
        .bean(io.micrometer.core.instrument.MeterRegistry.class)
        .get("keyledger.projection.halted.organizations")
        .gauge()
        .value();
  }

  private static Stream samePartitionAs(Stream stream) {
    while (true) {
      var other = new Stream();
      if (dev.keyledger.events.Topics.partitionOf(other.id)
          == dev.keyledger.events.Topics.partitionOf(stream.id)) {
        return other;
      }
    }
  }

  private String haltedReason(Stream stream) {
    for (var item : service.get(OPERATOR, "/v1/platform/halted-organizations").items()) {
      if (item.path("organization").asString("").equals(stream.id.value())) {
        return item.path("reason").stringValue();
      }
    }
    return "";
  }

  private long parked(Stream stream) {
    for (var item : service.get(OPERATOR, "/v1/platform/halted-organizations").items()) {
      if (item.path("organization").asString("").equals(stream.id.value())) {
        return item.path("parked").longValue();
      }
    }
    return 0;
  }
}
