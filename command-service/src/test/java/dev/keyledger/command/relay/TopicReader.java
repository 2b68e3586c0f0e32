package dev.keyledger.command.relay;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.subscription.SubscriptionRecord;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import dev.keyledger.kit.kafka.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What is on a topic for one organisation, from the beginning to the end. */
record TopicReader(String bootstrapServers) {
  List<ConsumerRecord<String, byte[]>> committed(String topic, OrganizationId organization) {
    return read(topic, organization, "read_committed");
  }

  List<ConsumerRecord<String, byte[]>> uncommitted(String topic, OrganizationId organization) {
    return read(topic, organization, "read_uncommitted");
  }

  List<LedgerEvent> events(OrganizationId organization) {
    return committed(Topics.EVENTS, organization).stream()
        .map(record -> EventCodec.decodeEvent(record.value()))
        .toList();
  }

  List<Long> positions(OrganizationId organization) {
    return events(organization).stream().map(LedgerEvent::position).toList();
  }

  List<Revocation> revocations(OrganizationId organization) {
    return committed(Topics.REVOCATIONS, organization).stream()
        .map(record -> EventCodec.decode(record.value(), Revocation.class))
        .toList();
  }

  List<SubscriptionRecord> subscriptions(OrganizationId organization) {
    return committed(Topics.SUBSCRIPTIONS, organization).stream()
        .map(record -> EventCodec.decode(record.value(), SubscriptionRecord.class))
        .toList();
  }

  private List<ConsumerRecord<String, byte[]>> read(
      String topic, OrganizationId organization, String isolation) {
    var config = KafkaSettings.of(bootstrapServers).consumer();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
    var partition = new TopicPartition(topic, Topics.partitionOf(organization));
    var found = new ArrayList<ConsumerRecord<String, byte[]>>();
    try (var consumer = new KafkaConsumer<String, byte[]>(config)) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(found::add);
      }
    }
    return found.stream()
        .filter(record ->
            organization.value().equals(CloudEventHeaders.organizationOf(record.headers())))
        .toList();
  }
}
