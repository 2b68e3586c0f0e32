package dev.keyledger.kit.kafka;

import dev.keyledger.events.id.OrganizationId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may see of a record that can't be read. All text is printable ASCII: other bytes
 * are shown as {@code \xNN}.
 *
 * @param writtenAt by the record's stamp
 * @param organization as its header names it; {@code null} where none can be read, so that it may
 *     be about any organisation of its partition
 * @param key what it is about, or its stream, at most 256 bytes
 * @param headers those of CloudEvents and the content type; of others only the size
 * @param size of the value in bytes; −1 where it has none
 * @param content the value's first 512 bytes; {@code null} where it may not be shown
 * @param failure the kind of failure, without any content
 */
public record UnreadableRecord(
    RecordPlace place,
    Instant writtenAt,
    @Nullable OrganizationId organization,
    @Nullable String key,
    Map<String, String> headers,
    int size,
    @Nullable String content,
    String failure) {
  private static final int LONGEST_TEXT = 256;
  private static final int LONGEST_CONTENT = 512;
  private static final int MOST_HEADERS = 20;

  public UnreadableRecord {
    headers = Map.copyOf(headers);
  }

  /**
   * @param topicId of the topic behind the record's name
   * @param shown whether the topic holds nothing that an operator may not see
   */
  public static UnreadableRecord of(
      ConsumerRecord<String, byte[]> record, Uuid topicId, boolean shown, Throwable failure) {
    byte[] value = record.value();
    return new UnreadableRecord(
        RecordPlace.of(record, topicId),
        Instant.ofEpochMilli(record.timestamp()),
        organizationOf(record),
        record.key() == null
            ? null
            : printable(record.key().getBytes(StandardCharsets.UTF_8), LONGEST_TEXT),
        headersOf(record),
        value == null ? -1 : value.length,
        value == null || !shown ? null : printable(value, LONGEST_CONTENT),
        failure.getClass().getSimpleName());
  }

  private static @Nullable OrganizationId organizationOf(ConsumerRecord<String, byte[]> record) {
    try {
      String text = CloudEventHeaders.organizationOf(record.headers());
      return text == null ? null : new OrganizationId(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static Map<String, String> headersOf(ConsumerRecord<String, byte[]> record) {
    var shown = new LinkedHashMap<String, String>();
    for (Header header : record.headers()) {
      if (shown.size() == MOST_HEADERS) {
        break;
      }
      byte[] value = header.value();
      boolean ours = header.key().startsWith("ce_") || header.key().equals("content-type");
      shown.put(
          printable(header.key().getBytes(StandardCharsets.UTF_8), LONGEST_TEXT),
          value == null
              ? ""
              : ours ? printable(value, LONGEST_TEXT) : "[" + value.length + " bytes]");
    }
    return shown;
  }

  private static String printable(byte[] bytes, int atMost) {
    var text = new StringBuilder();
    for (int i = 0; i < Math.min(bytes.length, atMost); i++) {
      char c = (char) (bytes[i] & 0xff);
      if (c >= ' ' && c <= '~' && c != '\\') {
        text.append(c);
      } else {
        text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      }
    }
    return text.toString();
  }
}
