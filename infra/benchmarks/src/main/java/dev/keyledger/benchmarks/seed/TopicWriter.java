package dev.keyledger.benchmarks.seed;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Writes as the relay does, same partitions, keys and headers, but in bulk and in no transaction.
 */
public final class TopicWriter implements AutoCloseable {
  private final Producer<String, byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * @param seals under the server keys of who is to read
   */
  public TopicWriter(String bootstrapServers, RecordSeals seals) {
    var config = KafkaSettings.of(bootstrapServers).producer();
    config.put("linger.ms", "20");
    config.put("batch.size", "262144");
    config.put("compression.type", "lz4");
    producer = seals.producer(config);
  }

  public void write(LedgerEvent event) {
    String organization = event.organization().value();
    var record =
        new ProducerRecord<>(
            Topics.EVENTS,
            Topics.partitionOf(event.organization()),
            organization,
            EventCodec.encode(event));
    String type = EventTypes.nameOf(event.event());
    cloudEvent(record.headers(), event.id().value(), type, organization, event.position());
    send(record);
  }

  public void write(AccessRecord access) {
    String organization = access.organization().value();
    String subject = access.subject().value();
    var record =
        new ProducerRecord<>(
            Topics.ACCESS,
            Topics.partitionOf(access.organization()),
            subject,
            EventCodec.encodeAccess(access));
    String id = organization + ":" + access.position();
    cloudEvent(record.headers(), id, "access", organization, access.position());
    record.headers().add("ce_subject", ascii(subject));
    send(record);
  }

  private static void cloudEvent(
      Headers headers, String id, String type, String organization, long position) {
    headers.add("ce_specversion", ascii("1.0"));
    headers.add("ce_id", ascii(id));
    headers.add("ce_type", ascii("dev.keyledger." + type));
    headers.add("ce_source", ascii("/keyledger/command-service"));
    headers.add("ce_organization", ascii(organization));
    headers.add("ce_position", ascii(Long.toString(position)));
    headers.add("content-type", ascii("application/json"));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void send(ProducerRecord<String, byte[]> record) {
    producer.send(
        record,
        (metadata, exception) -> {
          if (exception != null) {
            failure.compareAndSet(null, exception);
          }
        });
  }

  /**
   * Returns when everything is durable.
   *
   * @throws IllegalStateException when a record was not accepted
   */
  public void flush() {
    producer.flush();
    Exception first = failure.get();
    if (first != null) {
      throw new IllegalStateException("a record could not be written", first);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
