package dev.keyledger.benchmarks.platform;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.kit.kafka.TopicMark;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a relay says of its topics before its first event, for a token-service that runs without
 * one: it begins on no topics that nobody calls whole.
 */
final class RelayMarks {
  private static final List<String> OF_THE_RELAY =
      List.of(Topics.EVENTS, Topics.ACCESS, Topics.REVOCATIONS);

  private RelayMarks() {}

  /** Makes the topics, and says so of them unless a relay has. */
  static void writeUnlessARelayHas(String bootstrapServers, RecordSeals seals) {
    var kafka = KafkaSettings.of(bootstrapServers);
    TopicGuard.ensure(kafka);
    try (Admin admin = kafka.admin()) {
      Map<String, TopicMark> relay = TopicMark.ask(admin, List.of(Topics.RELAY)).join();
      if (relay.values().stream().allMatch(mark -> mark.ends().getFirst() == 0)) {
        write(kafka, seals, TopicMark.ask(admin, OF_THE_RELAY).join());
      }
    }
  }

  private static void write(KafkaSettings kafka, RecordSeals seals, Map<String, TopicMark> topics) {
    ObjectNode mark = EventCodec.mapper().createObjectNode().put("index", -1);
    mark.putArray("gaps");
    ObjectNode ids = mark.putObject("topics");
    topics.forEach((name, topic) -> ids.put(name, topic.id()));
    try (var producer = seals.producer(kafka.producer())) {
      producer.send(
          new ProducerRecord<>(
              Topics.RELAY, 0, "token", EventCodec.mapper().writeValueAsBytes(mark)));
    }
  }
}
