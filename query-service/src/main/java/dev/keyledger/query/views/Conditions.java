package dev.keyledger.query.views;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Conditions of a statement, each with its argument. */
final class Conditions {
  private final StringBuilder text = new StringBuilder();
  private final Map<String, Object> arguments = new HashMap<>();

  /**
   * @param condition that names the argument
   * @param value {@code null} where there is no such condition
   */
  Conditions and(String condition, String name, @Nullable Object value) {
    if (value != null) {
      text.append(" and ").append(condition);
      argument(name, value);
    }
    return this;
  }

  Conditions types(List<String> types) {
    return and("type = any (:types)", "types", types.isEmpty() ? null : array(types));
  }

  Conditions from(@Nullable Instant from) {
    return and("at >= :from", "from", from);
  }

  Conditions to(@Nullable Instant to) {
    return and("at < :to", "to", to);
  }

  /** An argument that the statement names elsewhere. */
  void argument(String name, Object value) {
    arguments.put(
        name, value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value);
  }

  static String[] array(List<String> values) {
    return values.toArray(String[]::new);
  }

  String text() {
    return text.toString();
  }

  Map<String, Object> arguments() {
    return arguments;
  }
}
