package dev.keyledger.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Usage;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No use is counted twice, whatever becomes of the topic; those of another topic are new. */
class UsageTopicTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Database database = Servers.forTests().freshDatabase();
  private final Servers.Broker broker = Servers.forTests().freshBroker();
  private final KeyId key = TestLedger.newKey();
  private final OrganizationId organization = OrganizationId.of(key.uuid());
  private EventsTopic topics;
  private QueryServiceUnderTest service;

  @BeforeEach
  void start() {
    topics = new EventsTopic(broker.bootstrapServers());
    service = replica();
    use(1);
    use(1);
    awaitUses(2);
  }

  @AfterEach
  void stop() {
    service.close();
    topics.close();
    broker.close();
  }

  private QueryServiceUnderTest replica() {
    return new QueryServiceUnderTest(
        database, broker.bootstrapServers(), new MovableClock(TestLedger.START), Map.of());
  }

  @Test
  void usesInATopicThatWasMadeAnewAreCountedFromItsBeginning() {
    topics.delete(Topics.USAGE);
    topics.create(Topics.USAGE);

    use(3);

    awaitUses(5);
    assertThat(service.rows("select distinct topic_id from usage_offsets"))
        .containsExactly(List.of(topics.id(Topics.USAGE)));
  }

  @Test
  void usesInATopicThatWasSetBackAreCountedFromItsEnd() {
    service.close();
    service.rows("update usage_offsets set next_offset = next_offset + 1000 returning 1");

    service = replica();
    String offset =
        "select next_offset from usage_offsets where kafka_partition = "
            + Topics.partitionOf(organization);
    await().atMost(PATIENCE).until(() -> service.rows(offset).equals(List.of(List.of("2"))));
    use(3);

    awaitUses(5);
  }

  private void awaitUses(long count) {
    String counted = "select uses from secret_usage where key = '" + key.uuid() + "'";
    await()
        .atMost(PATIENCE)
        .until(() -> service.rows(counted).equals(List.of(List.of(String.valueOf(count)))));
  }

  private void use(long count) {
    var usage =
        new Usage(organization, key, "kl_live_aaaaaaa", count, TestLedger.START, "a-replica");
    var record =
        new ProducerRecord<>(
            Topics.USAGE, Topics.partitionOf(organization), key.value(), EventCodec.encode(usage));
    // One of its own each time, as a producer knows a topic that was made anew only later.
    try (var producer =
        TestServerKeys.SEALS.producer(KafkaSettings.of(broker.bootstrapServers()).producer())) {
      producer.send(record);
    }
  }
}
