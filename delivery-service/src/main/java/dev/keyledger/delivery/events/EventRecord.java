package dev.keyledger.delivery.events;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code events.v1} before it is decoded: whose, and which, as its sealed headers say.
 *
 * @param subject the id of what it is about
 */
public record EventRecord(
    OrganizationId organization, long position, @Nullable String subject, byte[] value) {

  /**
   * Empty for a record that doesn't say which it is: what it was is missing where the next one
   * comes.
   *
   * @param value of that record, once it is believed
   */
  public static Optional<EventRecord> of(ConsumerRecord<byte[], byte[]> kafka, byte[] value) {
    try {
      byte[] key = kafka.key() == null ? new byte[0] : kafka.key();
      var organization = new OrganizationId(new String(key, StandardCharsets.UTF_8));
      Long position = CloudEventHeaders.positionOf(kafka.headers());
      return position == null
          ? Optional.empty()
          : Optional.of(
              new EventRecord(
                  organization, position, CloudEventHeaders.subjectOf(kafka.headers()), value));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
