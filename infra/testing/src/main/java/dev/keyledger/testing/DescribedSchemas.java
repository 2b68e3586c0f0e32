package dev.keyledger.testing;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/** The schemas of a description (JSON Schema 2020-12, formats asserted), by reference. */
final class DescribedSchemas {
  private static final String LOCATION = "https://keyledger.example/description.json";

  private final SchemaRegistry registry;
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

  DescribedSchemas(JsonNode document) {
    this.registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(Map.of(LOCATION, document.toString())));
  }

  /**
   * @param reference within the document, such as {@code #/components/schemas/Key}
   */
  List<String> errorsIn(String reference, JsonNode value) {
    return schemas
        .computeIfAbsent(reference, name -> registry.getSchema(SchemaLocation.of(LOCATION + name)))
        .validate(
            value,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(error -> error.getInstanceLocation() + " " + error.getMessage())
        .toList();
  }
}
