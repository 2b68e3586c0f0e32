package dev.keyledger.kit.api;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The topics as one AsyncAPI 3.1 document, read from {@code /api/asyncapi.yaml}. Of a schema that
 * isn't there it takes the HTTP API's.
 */
public final class TopicsDescription {
  private static final String SCHEMAS = "/components/schemas";
  private static final String TO_SCHEMAS = "#" + SCHEMAS + "/";

  private final ObjectNode document = ApiSources.read("/api/asyncapi.yaml");

  public TopicsDescription(ApiDescription api) {
    JsonNode lent = api.document().at(SCHEMAS);
    List<String> missing = missing();
    while (!missing.isEmpty()) {
      for (String name : missing) {
        if (!lent.has(name)) {
          throw new IllegalStateException("no schema " + name);
        }
        document.withObject(SCHEMAS).set(name, lent.path(name));
      }
      missing = missing();
    }
  }

  private List<String> missing() {
    var missing = new ArrayList<String>();
    collect(document, missing);
    return missing;
  }

  private void collect(JsonNode node, List<String> missing) {
    String reference = node.path("$ref").asString("");
    if (reference.startsWith(TO_SCHEMAS)) {
      String name = reference.substring(TO_SCHEMAS.length());
      if (!document.at(SCHEMAS).has(name)) {
        missing.add(name);
      }
    }
    node.forEach(child -> collect(child, missing));
  }

  public JsonNode document() {
    return document.deepCopy();
  }
}
