package dev.keyledger.kit.kafka;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;

/**
 * One record for ever: where it stands and what is in it. What is said of it holds for no other,
 * not even for one at the same offset of a topic that was made anew, or set back and written on.
 *
 * @param topicId as Kafka prints it (KIP-516)
 * @param digest SHA-256 of key, headers and value, in hexadecimal
 */
public record RecordPlace(String topic, String topicId, int partition, long offset, String digest) {

  /**
   * @param topicId of the topic behind the record's name
   */
  public static RecordPlace of(ConsumerRecord<String, byte[]> record, Uuid topicId) {
    return new RecordPlace(
        record.topic(), topicId.toString(), record.partition(), record.offset(), digestOf(record));
  }

  private static String digestOf(ConsumerRecord<String, byte[]> record) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new RecordParts()
          .text(record.key())
          .headers(record.headers(), "")
          .bytes(record.value())
          .into(digest::update);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  /** As logs and readiness name it. */
  public String shortName() {
    return topic + "-" + partition + "@" + offset;
  }
}
