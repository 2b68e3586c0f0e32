package dev.keyledger.query.kafka;

import dev.keyledger.events.Topics;
import dev.keyledger.kit.kafka.AdminTopicIds;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.kit.kafka.TopicIds;
import dev.keyledger.kit.kafka.UnfitTopicException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.stereotype.Component;

/** Consumers as the guarantees need them, and the ends of the topic. */
@Component
public final class KafkaAccess implements AutoCloseable {
  private static final int ANSWER_SECONDS = 5;

  private final KafkaSettings kafka;
  private final Admin admin;
  private final AdminTopicIds topicIds;

  KafkaAccess(KafkaSettings kafka) {
    this.kafka = kafka;
    Map<String, Object> settings = new HashMap<>(kafka.properties());
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    settings.put("default.api.timeout.ms", ANSWER_SECONDS * 1_000);
    settings.put("request.timeout.ms", ANSWER_SECONDS * 1_000 - 500);
    // As in KafkaSettings.admin: no starting over a thousand times a second while no broker is
    // there.
    settings.put("metadata.recovery.strategy", "none");
    this.admin = Admin.create(settings);
    this.topicIds = new AdminTopicIds(kafka::admin);
  }

  /**
   * @throws UnfitTopicException when a topic breaks a guarantee: nothing may start on it
   * @throws BrokerSilentException when that cannot be found out now
   */
  public void ensureTopics() {
    try {
      TopicGuard.ensure(admin, Topics.ALL, kafka.replicationFactor());
    } catch (UnfitTopicException e) {
      throw e;
    } catch (KafkaException e) {
      throw new BrokerSilentException(e);
    }
  }

  /**
   * A share of what the group follows; it keeps no offset in Kafka, since those lie beside what
   * came of the records.
   */
  public KafkaConsumer<byte[], byte[]> consumer(String group, int maxPollRecords) {
    Map<String, Object> settings = kafka.follower();
    settings.put("group.id", group);
    settings.put("key.deserializer", ByteArrayDeserializer.class);
    settings.put("max.poll.records", maxPollRecords);
    settings.put("fetch.max.bytes", 8 << 20);
    settings.put("max.partition.fetch.bytes", 2 << 20);
    settings.put("receive.buffer.bytes", 1 << 20);
    settings.put("session.timeout.ms", 6_000);
    // A thread that joins waits for the others to hear of it twice, and a rebuild has begun by
    // then.
    settings.put("heartbeat.interval.ms", 200);
    settings.put("reconnect.backoff.max.ms", 1_000);
    settings.put(
        "partition.assignment.strategy",
        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
    return new KafkaConsumer<>(settings);
  }

  /** Which topics the followers read. */
  public TopicIds topicIds() {
    return topicIds;
  }

  /**
   * @return what the ledger's topic holds; empty when Kafka has no such topic
   * @throws BrokerSilentException when Kafka doesn't say within {@value #ANSWER_SECONDS} s
   */
  public Optional<LedgerTopic> ledgerTopic() {
    try {
      Uuid id = answerOf(topicIds.ask(Set.of(Topics.EVENTS))).get(Topics.EVENTS);
      CompletableFuture<Map<Integer, Long>> beginnings =
          offsets(Topics.EVENTS, OffsetSpec.earliest());
      CompletableFuture<Map<Integer, Long>> ends = offsets(Topics.EVENTS, OffsetSpec.latest());
      return Optional.of(new LedgerTopic(String.valueOf(id), answerOf(beginnings), answerOf(ends)));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw new BrokerSilentException(e);
    }
  }

  /**
   * The committed end of every partition of a topic.
   *
   * @throws BrokerSilentException when Kafka doesn't say within {@value #ANSWER_SECONDS} s
   */
  public Map<Integer, Long> ends(String topic) {
    try {
      return answerOf(offsets(topic, OffsetSpec.latest()));
    } catch (ExecutionException e) {
      throw new BrokerSilentException(e);
    }
  }

  private CompletableFuture<Map<Integer, Long>> offsets(String topic, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> asked =
        IntStream.range(0, Topics.PARTITIONS)
            .mapToObj(p -> new TopicPartition(topic, p))
            .collect(Collectors.toMap(p -> p, p -> which));
    return admin
        .listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .all()
        .toCompletionStage()
        .toCompletableFuture()
        .thenApply(found -> {
          Map<Integer, Long> offsets = new HashMap<>();
          found.forEach((partition, offset) -> offsets.put(partition.partition(), offset.offset()));
          return offsets;
        });
  }

  private static <T> T answerOf(CompletableFuture<T> asked) throws ExecutionException {
    try {
      return asked.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new BrokerSilentException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerSilentException(e);
    }
  }

  /** Nothing is known about the ends of the topic just now. */
  public static final class BrokerSilentException extends RuntimeException {
    BrokerSilentException(Exception cause) {
      super("Kafka doesn't say where the topic ends: " + cause.getClass().getSimpleName(), cause);
    }
  }

  @Override
  public void close() {
    topicIds.close();
    admin.close();
  }
}
