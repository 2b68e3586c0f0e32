package dev.keyledger.token.enforcement.outbox;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way to Kafka.
 *
 * @param eventId the CloudEvents id, the same however often it is sent
 * @param position in its stream; {@code null} where there is none
 */
record OutboxRecord(
    String topic,
    int partition,
    String key,
    String eventId,
    String type,
    String subject,
    @Nullable String organization,
    @Nullable Long position,
    byte[] body,
    Instant at) {

  ProducerRecord<String, byte[]> toKafka() {
    var headers =
        new CloudEventHeaders(
            eventId,
            CloudEventHeaders.TYPE_PREFIX + type,
            "/keyledger/token-service",
            subject,
            at,
            organization == null ? null : new OrganizationId(organization),
            position,
            null);
    return new ProducerRecord<>(topic, partition, key, body, headers.toHeaders());
  }
}
