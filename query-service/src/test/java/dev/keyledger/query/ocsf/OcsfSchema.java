package dev.keyledger.query.ocsf;

import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.EventCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/**
 * The part of OCSF that Keyledger writes, and what an event offends against in it: names that the
 * schema doesn't have, what is required and missing, wrong types, values outside of an enumeration,
 * captions that aren't the value's, and constraints.
 */
public final class OcsfSchema {
  private static final JsonNode SCHEMA = read();

  private OcsfSchema() {}

  public static String version() {
    return SCHEMA.path("version").stringValue();
  }

  static JsonNode classOf(int uid) {
    return SCHEMA.path("classes").path(String.valueOf(uid));
  }

  /** Nothing for a good one. */
  public static List<String> faults(JsonNode event) {
    List<String> faults = new ArrayList<>();
    JsonNode type = classOf(event.path("class_uid").asInt(0));
    if (type.isMissingNode()) {
      return List.of("no class: " + event.path("class_uid"));
    }
    check("", event, type, faults);
    int uid = event.path("class_uid").intValue() * 100 + event.path("activity_id").intValue();
    if (event.path("type_uid").longValue() != uid) {
      faults.add("type_uid isn't class_uid * 100 + activity_id");
    }
    if (!event.path("metadata").path("version").asString("").equals(version())) {
      faults.add("metadata.version is another's");
    }
    return faults;
  }

  private static void check(String path, JsonNode object, JsonNode type, List<String> faults) {
    JsonNode attributes = type.path("attributes");
    for (String name : object.propertyNames()) {
      if (attributes.path(name).isMissingNode()) {
        faults.add(path + name + " isn't in the schema");
      }
    }
    for (String name : attributes.propertyNames()) {
      JsonNode attribute = attributes.path(name);
      String[] is = attribute.path("is").stringValue().split(" ", 3);
      JsonNode value = object.path(name);
      if (value.isMissingNode()) {
        if (is[0].equals("required")) {
          faults.add(path + name + " is missing");
        }
        continue;
      }
      checkValue(path + name, value, is, faults);
      checkEnumeration(path + name, object, value, attribute, faults);
    }
    JsonNode oneOf = type.path("at_least_one");
    if (oneOf.isArray() && oneOf.valueStream().noneMatch(one -> object.has(one.stringValue()))) {
      faults.add(path + " has none of " + oneOf);
    }
  }

  private static void checkValue(String path, JsonNode value, String[] is, List<String> faults) {
    String type = is[1].replace("[]", "");
    if (is[1].endsWith("[]")) {
      if (!value.isArray() || value.isEmpty()) {
        faults.add(path + " is no array");
      }
      value.forEach(one -> checkOne(path, one, type, is, faults));
    } else {
      checkOne(path, value, type, is, faults);
    }
  }

  private static void checkOne(
      String path, JsonNode value, String type, String[] is, List<String> faults) {
    boolean fits =
        switch (type) {
          case "string_t", "username_t", "hostname_t", "resource_uid_t" ->
              value.isString() && !value.stringValue().isEmpty();
          case "email_t" -> value.isString() && value.stringValue().contains("@");
          case "ip_t" -> value.isString() && AddressRange.address(value.stringValue()) != null;
          case "integer_t", "long_t" -> value.isIntegralNumber();
          // In milliseconds: nothing of ours is older than this century, or of the next.
          case "timestamp_t" ->
              value.isIntegralNumber()
                  && value.longValue() > 946_684_800_000L
                  && value.longValue() < 4_102_444_800_000L;
          case "boolean_t" -> value.isBoolean();
          case "json_t" -> true;
          case "object_t" -> value.isObject();
          default -> throw new IllegalArgumentException(type);
        };
    if (!fits) {
      faults.add(path + " is no " + type + ": " + value);
    }
    if (type.equals("object_t") && !is[2].equals("object")) {
      JsonNode object = SCHEMA.path("objects").path(is[2]);
      if (object.isMissingNode()) {
        throw new IllegalArgumentException(is[2]);
      }
      check(path + ".", value, object, faults);
    }
  }

  private static void checkEnumeration(
      String path, JsonNode object, JsonNode value, JsonNode attribute, List<String> faults) {
    JsonNode permitted = attribute.path("enum");
    if (permitted.isMissingNode()) {
      return;
    }
    JsonNode caption = permitted.path(value.asString());
    if (caption.isMissingNode()) {
      faults.add(path + " is none of its enumeration: " + value);
    }
    JsonNode said = object.path(attribute.path("sibling").asString(""));
    if (value.asInt() == 99 && said.isMissingNode()) {
      faults.add(path + " is another, and its name is missing");
    } else if (value.asInt() != 99 && !said.isMissingNode() && !said.equals(caption)) {
      faults.add(path + " isn't called " + said);
    }
  }

  private static JsonNode read() {
    try (InputStream in = OcsfSchema.class.getResourceAsStream("/ocsf/schema-1.9.0.json")) {
      return EventCodec.mapper().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
