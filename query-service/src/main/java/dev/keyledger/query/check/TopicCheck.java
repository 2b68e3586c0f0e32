package dev.keyledger.query.check;

import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.UnsealedException;
import dev.keyledger.query.kafka.KafkaAccess;
import dev.keyledger.query.kafka.LedgerTopic;
import dev.keyledger.query.versions.Offsets.PartitionProgress;
import dev.keyledger.query.versions.ViewVersion;
import dev.keyledger.query.views.Reads;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads {@code events.v1} from its beginning as far as the views have, beside their followers and
 * in no group, and compares each record with the log's leaf.
 */
@Component
class TopicCheck {
  static final String STAGE = "topic";

  private static final int PAGE = 1_000;
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int SILENT_POLLS = 15;

  private final Snapshots snapshots;
  private final KafkaAccess kafka;
  private final KafkaSettings settings;
  private final RecordSeals seals;
  private final ViewProgress progress;
  private final Ledger ledger;

  TopicCheck(
      Snapshots snapshots,
      KafkaAccess kafka,
      KafkaSettings settings,
      RecordSeals seals,
      ViewProgress progress,
      Ledger ledger) {
    this.snapshots = snapshots;
    this.kafka = kafka;
    this.settings = settings;
    this.seals = seals;
    this.progress = progress;
    this.ledger = ledger;
  }

  /**
   * @param first the partition to begin with
   */
  void check(Pass pass, int first) {
    try {
      // Asked before where the topic ends: what the relay has filled by now lies before that.
      String filled = filled();
      Optional<LedgerTopic> topic = kafka.ledgerTopic();
      if (topic.isEmpty()) {
        pass.hinder(Part.TOPIC, "Kafka has no such topic");
        return;
      }
      Map<String, Object> config = new HashMap<>(settings.follower());
      config.put("key.deserializer", ByteArrayDeserializer.class);
      config.put("value.deserializer", ByteArrayDeserializer.class);
      config.put("max.poll.records", PAGE);
      config.put("enable.auto.commit", false);
      config.put("default.api.timeout.ms", 10_000);
      try (var consumer = new KafkaConsumer<byte[], byte[]>(config)) {
        for (int partition = first; partition < Topics.PARTITIONS; partition++) {
          pass.reached(STAGE, String.valueOf(partition));
          check(pass, consumer, topic.get(), topic.get().id().equals(filled), partition);
        }
      }
    } catch (KafkaAccess.BrokerSilentException | KafkaException e) {
      pass.hinder(Part.TOPIC, "Kafka doesn't answer");
    }
  }

  /** Id of the topic that lacks nothing by the relay's word; {@code null} where it gives none. */
  private @Nullable String filled() {
    try {
      return ledger.organizations(null).topic();
    } catch (Ledger.SilentException e) {
      return null;
    }
  }

  /**
   * @param filled whether the relay has nothing more to make up for: what the topic still lacks,
   *     somebody took away
   */
  private void check(
      Pass pass,
      KafkaConsumer<byte[], byte[]> consumer,
      LedgerTopic topic,
      boolean filled,
      int partition) {
    ViewVersion live = Reads.live(snapshots.jdbc());
    var walk = new TopicWalk(snapshots, pass, live);
    // What the views have by now has to be found before the offset that they have come to.
    PartitionProgress reached =
        snapshots.in(() -> {
          walk.expect(partition);
          return progress.of(live, partition);
        });
    long end = reached.nextIn(topic.id());
    boolean isWhole =
        reached.unseenIn(topic.id()) == 0
            || filled && end >= topic.ends().getOrDefault(partition, 0L);
    if (!isWhole) {
      pass.hinder(Part.TOPIC, "the topic is being filled from the ledger");
    }
    var place = new TopicPartition(Topics.EVENTS, partition);
    consumer.assign(List.of(place));
    consumer.seek(place, topic.beginnings().getOrDefault(partition, 0L));
    int silent = 0;
    while (consumer.position(place) < end) {
      List<ConsumerRecord<byte[], byte[]>> polled = consumer.poll(POLL).records(place);
      silent = polled.isEmpty() ? silent + 1 : 0;
      if (silent == SILENT_POLLS) {
        pass.hinder(Part.TOPIC, "Kafka doesn't answer");
        return;
      }
      for (ConsumerRecord<byte[], byte[]> record : polled) {
        if (record.offset() < end) {
          read(pass, walk, record);
        }
      }
      walk.compare();
      pass.compared(polled.size());
    }
    if (isWhole) {
      walk.end();
    }
  }

  private void read(Pass pass, TopicWalk walk, ConsumerRecord<byte[], byte[]> record) {
    String at = "at offset " + record.offset() + " of partition " + record.partition();
    try {
      walk.read(seals.valueOf(record), record.key(), at);
    } catch (UnsealedException e) {
      pass.found(
          Part.TOPIC,
          Finding.Kind.ADDED,
          keyOf(record),
          null,
          "a record " + at + " isn't the relay's: its seal is missing or wrong");
    }
  }

  private static @Nullable UUID keyOf(ConsumerRecord<byte[], byte[]> record) {
    try {
      return new OrganizationId(new String(record.key(), StandardCharsets.UTF_8)).uuid();
    } catch (RuntimeException e) {
      return null;
    }
  }
}
