package dev.keyledger.token;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import dev.keyledger.kit.kafka.KafkaSettings;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes to the access topics the way the relay does: in transactions. */
public final class TestLedger implements AutoCloseable {
  private final KafkaProducer<String, byte[]> producer;

  public TestLedger(String bootstrapServers) {
    var config = KafkaSettings.of(bootstrapServers).producer();
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "test-ledger-" + UUID.randomUUID());
    producer = new KafkaProducer<>(config);
    producer.initTransactions();
  }

  public void publish(AccessRecord... records) {
    begin();
    for (AccessRecord record : records) {
      write(record);
    }
    commit();
  }

  public void begin() {
    producer.beginTransaction();
  }

  public void write(AccessRecord record) {
    write(record.organization(), record.subject().value(), EventCodec.encodeAccess(record));
  }

  /** Whatever bytes, under a subject's key. */
  public void write(OrganizationId organization, String subject, byte[] value) {
    send(Topics.ACCESS, organization, subject, value);
  }

  public void publish(Revocation revocation) {
    begin();
    String owner =
        revocation.organization() == null ? revocation.stream() : revocation.organization().value();
    producer.send(
        new ProducerRecord<>(
            Topics.REVOCATIONS, Topics.partitionOf(owner), owner, EventCodec.encode(revocation)));
    commit();
  }

  private void send(String topic, OrganizationId organization, String key, byte[] value) {
    var headers =
        new CloudEventHeaders(
            UUID.randomUUID().toString(),
            "dev.keyledger.access",
            "/keyledger/command-service",
            key,
            Instant.now(),
            organization,
            null,
            null);
    producer.send(
        new ProducerRecord<>(
            topic, Topics.partitionOf(organization), key, value, headers.toHeaders()));
  }

  public void commit() {
    producer.commitTransaction();
  }

  public void abort() {
    producer.abortTransaction();
  }

  @Override
  public void close() {
    producer.close();
  }
}
