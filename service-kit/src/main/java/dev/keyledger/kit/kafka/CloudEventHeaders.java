package dev.keyledger.kit.kafka;

import dev.keyledger.events.id.OrganizationId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a record in the binary mode of the Kafka protocol binding for CloudEvents 1.0
 * (section 3.2), with the extensions {@code organization}, {@code position} and {@code
 * traceparent}.
 *
 * @param id unique within the source
 * @param type for example {@code dev.keyledger.key.created}
 * @param source for example {@code /keyledger/command-service}
 * @param subject the id of what it is about
 */
public record CloudEventHeaders(
    String id,
    String type,
    String source,
    @Nullable String subject,
    Instant time,
    @Nullable OrganizationId organization,
    @Nullable Long position,
    @Nullable String traceparent) {
  public static final String TYPE_PREFIX = "dev.keyledger.";

  private static final String ORGANIZATION = "ce_organization";
  private static final String POSITION = "ce_position";
  private static final String SUBJECT = "ce_subject";
  private static final Header VERSION = header("ce_specversion", "1.0");
  private static final Header JSON = header("content-type", "application/json");

  public List<Header> toHeaders() {
    return Stream.of(
            VERSION,
            header("ce_id", id),
            header("ce_type", type),
            header("ce_source", source),
            subject == null ? null : header(SUBJECT, subject),
            header("ce_time", time.toString()),
            organization == null ? null : header(ORGANIZATION, organization.value()),
            position == null ? null : header(POSITION, position.toString()),
            traceparent == null ? null : header("ce_traceparent", traceparent),
            JSON)
        .filter(header -> header != null)
        .toList();
  }

  /** The stream that a record belongs to, without reading its value; {@code null} for none. */
  public static @Nullable String organizationOf(Headers headers) {
    return text(headers, ORGANIZATION);
  }

  /**
   * @throws NumberFormatException when the header is no number
   */
  public static @Nullable Long positionOf(Headers headers) {
    String text = text(headers, POSITION);
    return text == null ? null : Long.valueOf(text);
  }

  public static @Nullable String typeOf(Headers headers) {
    return text(headers, "ce_type");
  }

  /** The id of what the record is about; {@code null} for none. */
  public static @Nullable String subjectOf(Headers headers) {
    return text(headers, SUBJECT);
  }

  private static @Nullable String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
