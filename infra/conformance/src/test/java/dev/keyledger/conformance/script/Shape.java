package dev.keyledger.conformance.script;

import dev.keyledger.conformance.script.TextPattern.Place;
import dev.keyledger.events.EventCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Compares JSON with what is expected of it: objects have exactly the fields named, unless {@code
 * "..."} is one of them; texts are as {@link TextPattern} says; {@code "<number>"}, {@code
 * "<boolean>"} and {@code "<anything>"} stand for what is no text.
 */
final class Shape {
  private static final String OTHERS = "...";

  private final Variables variables;
  private final List<String> differences = new ArrayList<>();

  private Shape(Variables variables) {
    this.variables = variables;
  }

  /** What differs, each with its place; nothing if all is as expected. */
  static List<String> differences(String expected, JsonNode actual, Variables variables) {
    var shape = new Shape(variables);
    shape.compare("$", EventCodec.mapper().readTree(expected), actual);
    return shape.differences;
  }

  private void compare(String path, JsonNode expected, JsonNode actual) {
    if (expected.isObject() && actual.isObject()) {
      object(path, expected, actual);
    } else if (expected.isArray() && actual.isArray()) {
      array(path, expected, actual);
    } else if (expected.isString()) {
      text(path, expected.stringValue(), actual);
    } else if (!expected.equals(actual)) {
      differ(path, expected.toString(), actual);
    }
  }

  private void object(String path, JsonNode expected, JsonNode actual) {
    for (Map.Entry<String, JsonNode> field : expected.properties()) {
      String name = field.getKey();
      if (name.equals(OTHERS)) {
        continue;
      }
      if (actual.has(name)) {
        compare(path + "." + name, field.getValue(), actual.get(name));
      } else {
        differences.add(path + "." + name + " is missing");
      }
    }
    if (!expected.has(OTHERS)) {
      var surplus = new TreeSet<String>(actual.propertyNames());
      surplus.removeAll(expected.propertyNames());
      surplus.forEach(name -> differences.add(path + "." + name + " should not be there"));
    }
  }

  private void array(String path, JsonNode expected, JsonNode actual) {
    if (expected.size() != actual.size()) {
      differ(path, expected.size() + " elements", actual);
      return;
    }
    for (int i = 0; i < expected.size(); i++) {
      compare(path + "[" + i + "]", expected.get(i), actual.get(i));
    }
  }

  private void text(String path, String written, JsonNode actual) {
    Optional<Place> place = TextPattern.onlyPlaceIn(written);
    boolean fits =
        switch (place.map(Place::kind).orElse("")) {
          case "number" -> actual.isNumber() && remembered(place.get(), actual);
          case "boolean" -> actual.isBoolean() && remembered(place.get(), actual);
          case "anything" -> remembered(place.get(), actual);
          default ->
              actual.isString()
                  && TextPattern.of(variables.expand(written))
                      .matches(actual.stringValue(), variables);
        };
    if (!fits) {
      differ(path, '"' + variables.expand(written) + '"', actual);
    }
  }

  private boolean remembered(Place place, JsonNode actual) {
    if (place.name() != null) {
      variables.set(place.name(), actual.isContainer() ? actual.toString() : actual.asString(""));
    }
    return true;
  }

  private void differ(String path, String expected, JsonNode actual) {
    differences.add(path + " should be " + expected + " and is " + actual);
  }
}
