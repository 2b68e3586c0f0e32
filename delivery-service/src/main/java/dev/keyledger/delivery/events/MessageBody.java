package dev.keyledger.delivery.events;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is sent: an event in the JSON format of CloudEvents 1.0 (structured mode), with the
 * extensions that it has on {@code events.v1} and {@code previous}. Its {@code data} is the event's
 * record to the byte, so that its hash is the leaf in the organisation's log.
 */
public final class MessageBody {
  public static final String CONTENT_TYPE = "application/cloudevents+json; charset=utf-8";

  private static final String SOURCE = "/keyledger/command-service";

  private MessageBody() {}

  /**
   * @param record as {@code events.v1} has it, without any verifier
   * @param subject the id of what it is about
   * @param previous the position of the message before it for this subscription; {@code null} for
   *     the first
   */
  public static byte[] of(
      LedgerEvent event, byte[] record, @Nullable String subject, @Nullable Long previous) {
    ObjectNode head = EventCodec.mapper().createObjectNode();
    head.put("specversion", "1.0");
    head.put("id", event.id().value());
    head.put("source", SOURCE);
    head.put("type", CloudEventHeaders.TYPE_PREFIX + EventTypes.nameOf(event.event()));
    if (subject != null) {
      head.put("subject", subject);
    }
    head.put("time", event.event().at().toString());
    head.put("datacontenttype", "application/json");
    head.put("organization", event.organization().value());
    head.put("position", event.position());
    if (previous != null) {
      head.put("previous", previous);
    }
    String traceparent = event.origin().traceparent();
    if (traceparent != null) {
      head.put("traceparent", traceparent);
    }
    String text = head.toString();
    String whole =
        text.substring(0, text.length() - 1)
            + ",\"data\":"
            + new String(record, StandardCharsets.UTF_8)
            + "}";
    return whole.getBytes(StandardCharsets.UTF_8);
  }
}
