package dev.keyledger.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Policies to start from. */
final class Presets {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Path STANDARD =
      Path.of("../../command-service/src/main/resources/presets/standard.json");

  private Presets() {}

  static ObjectNode standard() {
    try {
      return (ObjectNode) MAPPER.readTree(Files.readString(STANDARD));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets a field by its path, such as {@code keys.outstanding_tokens}. */
  static void set(ObjectNode policy, String path, Object value) {
    ObjectNode node = policy;
    String rest = path;
    for (int dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.')) {
      node = (ObjectNode) node.get(rest.substring(0, dot));
      rest = rest.substring(dot + 1);
    }
    node.set(rest, MAPPER.valueToTree(value));
  }
}
