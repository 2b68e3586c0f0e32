package dev.keyledger.query.projection.apply;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code events.v1} before it is decoded.
 *
 * @param statedPosition what the CloudEvents extension {@code ce_position} says; {@code null} when
 *     it says nothing usable
 */
public record LedgerRecord(
    int partition,
    long offset,
    Instant timestamp,
    byte @Nullable [] key,
    byte @Nullable [] value,
    @Nullable Long statedPosition) {

  /**
   * @param value of that record, once it is believed
   */
  public static LedgerRecord of(ConsumerRecord<byte[], byte[]> kafka, byte[] value) {
    return new LedgerRecord(
        kafka.partition(),
        kafka.offset(),
        Instant.ofEpochMilli(kafka.timestamp()),
        kafka.key(),
        value,
        position(kafka.headers().lastHeader("ce_position")));
  }

  private static @Nullable Long position(@Nullable Header header) {
    if (header == null || header.value() == null) {
      return null;
    }
    try {
      return Long.valueOf(new String(header.value(), StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
