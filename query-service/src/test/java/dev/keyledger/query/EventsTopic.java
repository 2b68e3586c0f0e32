package dev.keyledger.query;

import static org.awaitility.Awaitility.await;

import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.testing.TestLedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** The ledger's topic as Kafka may lose it, and the ledger that it is filled from again. */
final class EventsTopic implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String bootstrapServers;
  private final Admin admin;
  private final List<LedgerEvent> ledger = new ArrayList<>();
  private TestLedger relay;

  EventsTopic(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    admin = KafkaSettings.of(bootstrapServers).admin();
    relay = new TestLedger(bootstrapServers);
  }

  /** Into the ledger and the topic. */
  void publish(LedgerEvent... events) {
    ledger.addAll(Arrays.asList(events));
    relay.publish(events);
  }

  /** Into the topic alone: those of the ledger's events that are to be there. */
  void fillWith(List<LedgerEvent> events) {
    relay.publish(events);
  }

  List<LedgerEvent> ledger() {
    return List.copyOf(ledger);
  }

  void delete(String topic) {
    get(admin.deleteTopics(List.of(topic)).all());
    await().atMost(PATIENCE).until(() -> !get(admin.listTopics().names()).contains(topic));
  }

  /** The topic is there again, with another id and nothing in it. */
  void create(String topic) {
    List<Topics.Spec> spec = Topics.ALL.stream().filter(one -> one.name().equals(topic)).toList();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> {
          TopicGuard.ensure(admin, spec, (short) 1);
          return true;
        });
    // Another one, as a relay that starts: what the first knows of the topic is of the old one.
    relay.close();
    relay = new TestLedger(bootstrapServers);
  }

  void makeAnew() {
    delete(Topics.EVENTS);
    create(Topics.EVENTS);
  }

  /** All of its records as if they had grown too old. */
  void forgetAll() {
    Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
    ends().forEach((partition, end) -> all.put(partition, RecordsToDelete.beforeOffset(end)));
    get(admin.deleteRecords(all).all());
  }

  private Map<TopicPartition, Long> ends() {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    IntStream.range(0, Topics.PARTITIONS)
        .forEach(p -> latest.put(new TopicPartition(Topics.EVENTS, p), OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(latest).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  String id(String topic) {
    return get(admin.describeTopics(List.of(topic)).allTopicNames())
        .get(topic)
        .topicId()
        .toString();
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    relay.close();
    admin.close();
  }
}
