package dev.keyledger.conformance.fuzz;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Values that a schema is about: good ones, those at its bounds, those just beyond, and those of
 * another kind. Chance picks; what is good more often, so that a request gets past its first field.
 */
final class SchemaValues {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> ANYTHING =
      List.of(
          "null",
          "true",
          "-1",
          "1.5",
          "[]",
          "{}",
          "\"\"",
          "[null]",
          "9223372036854775808",
          "{\"a\":{\"b\":[]}}",
          "[[[[]]]]");
  private static final int DEEPEST = 6;
  private static final int LONGEST = 5_000;
  private static final int MOST_ITEMS = 120;

  private final JsonNode document;
  private final Map<String, List<String>> known;

  /**
   * @param document with the schemas that are referred to
   * @param known good texts by the name of their field or parameter
   */
  SchemaValues(JsonNode document, Map<String, List<String>> known) {
    this.document = document;
    this.known = known;
  }

  JsonNode of(String name, JsonNode schema, Dice dice) {
    return of(name, schema, dice, 0);
  }

  private JsonNode of(String name, JsonNode schema, Dice dice, int depth) {
    JsonNode resolved = resolved(schema);
    if (dice.oneIn(25) || depth > DEEPEST) {
      return anything(dice);
    }
    for (String choice : List.of("oneOf", "anyOf")) {
      if (resolved.has(choice)) {
        return of(name, elementOf(resolved.path(choice), dice), dice, depth + 1);
      }
    }
    if (resolved.has("const")) {
      return resolved.path("const");
    }
    if (resolved.has("enum") && !dice.oneIn(8)) {
      return elementOf(resolved.path("enum"), dice);
    }
    String type = typeOf(resolved, dice);
    return switch (type) {
      case "object" -> object(resolved, dice, depth);
      case "array" -> array(name, resolved, dice, depth);
      case "integer" -> integer(resolved, dice);
      case "boolean" -> JSON.booleanNode(dice.oneIn(2));
      case "null" -> JSON.nullNode();
      default -> text(name, resolved, dice);
    };
  }

  private static String typeOf(JsonNode schema, Dice dice) {
    JsonNode type = schema.path("type");
    return (type.isArray() ? elementOf(type, dice) : type).asString("string");
  }

  private JsonNode object(JsonNode schema, Dice dice, int depth) {
    ObjectNode object = JSON.objectNode();
    var required = new ArrayList<String>();
    schema.path("required").forEach(name -> required.add(name.asString()));
    schema
        .path("properties")
        .properties()
        .forEach(property -> {
          boolean present = required.contains(property.getKey()) ? !dice.oneIn(12) : dice.oneIn(2);
          if (present) {
            object.set(
                property.getKey(), of(property.getKey(), property.getValue(), dice, depth + 1));
          }
        });
    if (dice.oneIn(15)) {
      object.set(dice.of(List.of("admin", "__proto__", "", "Name", "$where")), anything(dice));
    }
    return object;
  }

  private JsonNode array(String name, JsonNode schema, Dice dice, int depth) {
    int least = schema.path("minItems").asInt(0);
    int most = Math.min(schema.path("maxItems").asInt(5), MOST_ITEMS);
    int size = dice.of(List.of(least, 1, 2, most, most + 1, Math.max(0, least - 1)));
    var array = JSON.arrayNode();
    for (int i = 0; i < size; i++) {
      array.add(of(name, schema.path("items"), dice, depth + 1));
    }
    return array;
  }

  private static JsonNode integer(JsonNode schema, Dice dice) {
    long least = schema.path("minimum").asLong(0);
    long most = schema.path("maximum").asLong(1_000);
    if (dice.oneIn(12)) {
      return JSON.numberNode(BigInteger.ONE.shiftLeft(dice.of(List.of(31, 32, 63, 64, 200))));
    }
    return JSON.numberNode(
        dice.of(
            List.of(least, most, least + 1, most - 1, least - 1, most + 1, (least + most) / 2)));
  }

  private JsonNode text(String name, JsonNode schema, Dice dice) {
    List<String> good = known.getOrDefault(name, List.of());
    if (!good.isEmpty() && !dice.oneIn(4)) {
      return JSON.stringNode(dice.of(good));
    }
    if (dice.oneIn(4)) {
      return hostile(dice);
    }
    return switch (schema.path("format").asString("")) {
      case "date-time" ->
          JSON.stringNode(
              dice.of(
                  List.of(
                      "2050-01-01T00:00:00.000Z",
                      "2050-01-01T00:00:00+02:00",
                      "2050-01-01",
                      "2050-02-30T00:00:00Z",
                      "0000-01-01T00:00:00Z",
                      "9999-12-31T23:59:59.999Z",
                      "10000-01-01T00:00:00Z",
                      "2016-12-31T23:59:60Z")));
      case "duration" ->
          JSON.stringNode(
              dice.of(
                  List.of(
                      "PT1H",
                      "PT0S",
                      "-PT1H",
                      "P1Y",
                      "PT0.5S",
                      "P10000000D",
                      "pt1h",
                      "PT",
                      "3600")));
      default -> JSON.stringNode(ofLength(schema, dice));
    };
  }

  private static String ofLength(JsonNode schema, Dice dice) {
    int least = schema.path("minLength").asInt(1);
    int most = Math.min(schema.path("maxLength").asInt(100), LONGEST);
    int length =
        Math.max(0, dice.of(List.of(least, most, least + 3, most + 1, least - 1, most - 1)));
    String letter = dice.of(List.of("a", "a", "a", "Z", "é", "\ud83d\udd11", "-", "."));
    return letter.repeat(length);
  }

  private static JsonNode hostile(Dice dice) {
    return dice.oneIn(2)
        ? JSON.stringNode(dice.of(Hostile.TEXTS))
        : JSON.stringNode(
            dice.of(List.of("", " ", "\u0000", "\ud800", "\u202ea", "\u200b", "a\nb", "\ufeff")));
  }

  private static JsonNode anything(Dice dice) {
    return JsonMapper.shared().readTree(dice.of(ANYTHING));
  }

  private JsonNode resolved(JsonNode schema) {
    String reference = schema.path("$ref").asString("");
    return reference.isEmpty() ? schema : resolved(document.at(reference.substring(1)));
  }

  private static JsonNode elementOf(JsonNode array, Dice dice) {
    return array.get(dice.below(array.size()));
  }
}
