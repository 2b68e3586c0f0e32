package dev.keyledger.command.api;

import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.web.UnfitValueException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;

/**
 * What JSON has to hold to be a whole policy: every field that {@link Policy} has, but those that
 * may be {@code null} and those that stand for something where they are absent.
 */
final class PolicyShape {
  /** Fields that were added later, and have a meaning in policies of before. */
  static final Set<String> DEFAULTED =
      Set.of(
          "allowlist_managers", "onboarding_permissions", "key_tokens.refresh", "sessions.refresh");

  private final JsonParser parser;

  private PolicyShape(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * @param parser that the policy was read by
   * @throws UnfitValueException at the path of the first field that is missing
   */
  static void check(JsonParser parser, JsonNode policy) {
    new PolicyShape(parser).record(policy, Policy.class, "");
  }

  private void record(JsonNode object, Class<?> type, String path) {
    if (!object.isObject()) {
      return; // The reader of values says what is due.
    }
    for (RecordComponent component : type.getRecordComponents()) {
      String name = nameOf(component);
      under(
          object,
          name,
          () -> field(object.path(name), component, path.isEmpty() ? name : path + "." + name));
    }
  }

  private void field(JsonNode value, RecordComponent component, String path) {
    if (value.isMissingNode() || value.isNull()) {
      boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      if (!nullable && !DEFAULTED.contains(path)) {
        throw fault("The field is missing.");
      }
    } else if (component.getType().isRecord()) {
      record(value, component.getType(), path);
    } else {
      if (path.equals("roles")) {
        roles(value);
      }
      withoutNull(value);
    }
  }

  /** Each in its one spelling, so that none stands there twice. */
  private void roles(JsonNode value) {
    for (String name : value.propertyNames()) {
      if (!isRole(name)) {
        under(
            value,
            name,
            () -> {
              throw fault("There is no such role.");
            });
      }
    }
  }

  static boolean isRole(String name) {
    return Arrays.stream(Role.values())
        .anyMatch(role -> role.name().toLowerCase(Locale.ROOT).equals(name));
  }

  /** Of a list or a map, and what is in it. */
  private void withoutNull(JsonNode value) {
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      under(value, entry.getKey(), () -> notNull(entry.getValue()));
    }
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      try {
        notNull(value.path(i));
      } catch (JacksonException e) {
        throw e.prependPath(value, i);
      }
    }
  }

  private void notNull(JsonNode value) {
    if (value.isNull()) {
      throw fault("There is no null in a list or a map.");
    }
    withoutNull(value);
  }

  private static void under(Object from, String name, Runnable check) {
    try {
      check.run();
    } catch (JacksonException e) {
      throw e.prependPath(from, name);
    }
  }

  private UnfitValueException fault(String detail) {
    return new UnfitValueException(parser, Policy.class, detail);
  }

  static String nameOf(RecordComponent component) {
    return component.getName().replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
