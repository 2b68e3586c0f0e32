package dev.keyledger.integration.tampering;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.kit.kafka.TopicMark;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.TopicRecords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code events.v1} is deleted and made anew from its own records, with their seals, but for what
 * somebody wants otherwise; and the relay's memory of it is made to fit.
 */
final class RewrittenTopic {
  private final Cluster cluster;
  private final Map<String, UnaryOperator<List<ProducerRecord<byte[], byte[]>>>> rewritings =
      new HashMap<>();

  RewrittenTopic(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * @param rewriting of an organisation's records, each at its position
   */
  void rewrite(String organization, UnaryOperator<List<ProducerRecord<byte[], byte[]>>> rewriting) {
    rewritings.put(organization, rewriting);
  }

  /** The record with another text, under the platform's own seal. */
  ProducerRecord<byte[], byte[]> sealed(
      ProducerRecord<byte[], byte[]> record, String text, String other) {
    ProducerRecord<byte[], byte[]> changed = replaced(record, text, other);
    var named =
        new ProducerRecord<>(
            changed.topic(),
            changed.partition(),
            new String(changed.key(), UTF_8),
            changed.value());
    changed.headers().forEach(named.headers()::add);
    new RecordSeals(cluster::serverKeys).seal(named);
    return new ProducerRecord<>(
        changed.topic(), changed.partition(), changed.key(), changed.value(), named.headers());
  }

  /** The record with another text, under the seal that it had. */
  static ProducerRecord<byte[], byte[]> replaced(
      ProducerRecord<byte[], byte[]> record, String text, String other) {
    return new ProducerRecord<>(
        record.topic(),
        record.partition(),
        record.key(),
        new String(record.value(), UTF_8).replace(text, other).getBytes(UTF_8),
        record.headers());
  }

  /** While neither relay nor views run. */
  void make(Tampering tampering) throws Exception {
    var all = new ArrayList<ProducerRecord<byte[], byte[]>>();
    var rewritten = new HashMap<String, List<ProducerRecord<byte[], byte[]>>>();
    TopicRecords.each(
        cluster,
        Topics.EVENTS,
        Map.of("isolation.level", "read_committed"),
        record -> {
          String organization = new String(record.key(), UTF_8);
          if (rewritings.containsKey(organization)) {
            place(rewritten.computeIfAbsent(organization, id -> new ArrayList<>()), record);
          } else {
            all.add(copied(record));
          }
        });
    rewritten.forEach(
        (organization, records) -> all.addAll(rewritings.get(organization).apply(records)));
    try (var admin = cluster.kafka().admin()) {
      String id = TopicMark.ask(admin, List.of(Topics.EVENTS)).get().get(Topics.EVENTS).id();
      Topics.Spec spec =
          Topics.ALL.stream().filter(one -> one.name().equals(Topics.EVENTS)).findFirst().get();
      TopicGuard.makeAnew(admin, spec, id, (short) 1, System::nanoTime);
      write(all);
      TopicMark now = TopicMark.ask(admin, List.of(Topics.EVENTS)).get().get(Topics.EVENTS);
      ObjectNode marks = (ObjectNode) EventCodec.mapper().readTree(tampering.topicMarks());
      ((ObjectNode) marks.path("marks")).set(Topics.EVENTS, EventCodec.mapper().valueToTree(now));
      tampering.setTopicMarks(EventCodec.mapper().writeValueAsBytes(marks));
    }
  }

  private static void place(
      List<ProducerRecord<byte[], byte[]>> records, ConsumerRecord<byte[], byte[]> record) {
    LedgerEvent event = EventCodec.decodeEvent(record.value());
    if (event.position() != records.size()) {
      throw new IllegalStateException("the topic wasn't whole before");
    }
    records.add(copied(record));
  }

  private static ProducerRecord<byte[], byte[]> copied(ConsumerRecord<byte[], byte[]> record) {
    return new ProducerRecord<>(
        record.topic(),
        Topics.partitionOf(new OrganizationId(new String(record.key(), UTF_8))),
        record.key(),
        record.value(),
        record.headers());
  }

  private void write(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    var settings = new HashMap<String, Object>(cluster.servers().kafkaProperties());
    settings.put("bootstrap.servers", cluster.servers().bootstrapServers());
    settings.put("acks", "all");
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        producer.send(record).get();
      }
    }
  }
}
