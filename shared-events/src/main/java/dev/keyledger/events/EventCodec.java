package dev.keyledger.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events and records as JSON: snake case, instants in RFC 3339, names from {@link EventTypes} and
 * never from classes.
 */
public final class EventCodec {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .changeDefaultPropertyInclusion(i -> i.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  // What enforcement reads it reads strictly: a field that this release doesn't know may be a
  // restriction.
  private static final JsonMapper STRICT =
      MAPPER.rebuild().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private EventCodec() {}

  /** Thrown for bytes that are not what they should be. Its message never quotes them. */
  public static final class UnreadableException extends RuntimeException {
    UnreadableException(String what, Exception cause) {
      super(what + ": " + cause.getClass().getSimpleName());
    }

    UnreadableException(String what) {
      super(what);
    }
  }

  /**
   * The mapper behind this codec, for what is written in the same manner: HTTP bodies, snapshots.
   */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  public static byte[] encode(LedgerEvent event) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("organization", event.organization().value());
    json.put("position", event.position());
    json.put("id", event.id().value());
    json.put("type", EventTypes.nameOf(event.event()));
    json.set("actor", MAPPER.valueToTree(event.actor()));
    json.set("origin", MAPPER.valueToTree(event.origin()));
    json.set("data", MAPPER.valueToTree(event.event()));
    return MAPPER.writeValueAsBytes(json);
  }

  /**
   * @throws UnknownEventTypeException for a type of a later release
   * @throws UnreadableException for anything else that is not a ledger event
   */
  public static LedgerEvent decodeEvent(byte[] bytes) {
    LedgerEvent plain = PlainEvents.read(bytes);
    return plain != null ? plain : decodeWhatever(bytes);
  }

  /** However it is written. */
  static LedgerEvent decodeWhatever(byte[] bytes) {
    try {
      JsonNode json = MAPPER.readTree(bytes);
      String name = json.required("type").stringValue();
      Class<? extends OrganizationEvent> type =
          EventTypes.classOf(name).orElseThrow(() -> new UnknownEventTypeException(name));
      return new LedgerEvent(
          new OrganizationId(json.required("organization").stringValue()),
          json.required("position").longValue(),
          new EventId(json.required("id").stringValue()),
          member(json, "actor", Actor.class),
          member(json, "origin", Origin.class),
          member(json, "data", type));
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      throw new UnreadableException("not a ledger event", e);
    }
  }

  private static <T> T member(JsonNode json, String name, Class<T> type) {
    return Objects.requireNonNull(MAPPER.treeToValue(json.required(name), type));
  }

  /** An event type that a later release writes and this one cannot apply. */
  public static final class UnknownEventTypeException extends RuntimeException {
    UnknownEventTypeException(String name) {
      super("unknown event type " + name);
    }
  }

  /** The payload alone, as the event store keeps it beside its type's name. */
  public static byte[] encodePayload(OrganizationEvent event) {
    return MAPPER.writeValueAsBytes(event);
  }

  public static OrganizationEvent decodePayload(String name, byte[] bytes) {
    Class<? extends OrganizationEvent> type =
        EventTypes.classOf(name).orElseThrow(() -> new UnknownEventTypeException(name));
    return decode(bytes, type);
  }

  public static byte[] encodeAccess(AccessRecord record) {
    return MAPPER.writeValueAsBytes(record);
  }

  /**
   * @param subject the record's key, whose prefix tells what the record is about
   * @throws UnreadableException also when a field is unknown, or the record is about something else
   */
  public static AccessRecord decodeAccess(String subject, byte[] bytes) {
    Class<? extends AccessRecord> type =
        switch (subject.substring(0, Math.min(4, subject.length()))) {
          case OrganizationId.PREFIX -> OrganizationAccess.class;
          case MemberId.PREFIX -> MemberAccess.class;
          case KeyId.PREFIX -> KeyAccess.class;
          default -> throw new UnreadableException("no access record is about such a subject");
        };
    try {
      AccessRecord record = STRICT.readValue(bytes, type);
      if (!record.subject().value().equals(subject)) {
        throw new UnreadableException("an access record under another subject's key");
      }
      return record;
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      throw new UnreadableException("not an access record", e);
    }
  }

  /** For {@link dev.keyledger.events.feed} records. */
  public static byte[] encode(Record record) {
    return MAPPER.writeValueAsBytes(record);
  }

  public static <T> T decode(byte[] bytes, Class<T> type) {
    try {
      return MAPPER.readValue(bytes, type);
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      throw new UnreadableException("not a " + type.getSimpleName(), e);
    }
  }
}
