package dev.keyledger.gateway;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One OpenAPI 3.1 document from those of the services. It shows exactly what the gateway routes: an
 * operation counts if its service is the one that the routing table names. Components of the same
 * name and another content get the service's name before theirs.
 */
final class OpenApiMerge {
  private static final String SCHEMAS = "schemas";

  private final JsonMapper json;
  private final ObjectNode merged;
  private final Map<String, Map<String, JsonNode>> components = new TreeMap<>();
  private final Map<String, ObjectNode> paths = new TreeMap<>();

  OpenApiMerge(JsonMapper json, String baseUrl) {
    this.json = json;
    this.merged = json.createObjectNode();
    merged.put("openapi", "3.1.0");
    merged
        .putObject("info")
        .put("title", "Keyledger")
        .put("version", "1")
        .put("description", "Organisations, API keys, people, tokens and their history.");
    merged.putArray("servers").addObject().put("url", baseUrl);
  }

  OpenApiMerge add(Upstream upstream, JsonNode document) {
    Map<String, String> renamed = takeComponents(upstream, document.path("components"));
    document
        .path("paths")
        .properties()
        .forEach(path -> takePath(upstream, path.getKey(), referringTo(renamed, path.getValue())));
    return this;
  }

  private void takePath(Upstream upstream, String path, JsonNode item) {
    String concrete = path.replaceAll("\\{[^}/]*}", "x");
    item.properties()
        .forEach(operation -> {
          String method = operation.getKey().toUpperCase(Locale.ROOT);
          if (RoutingTable.find(method, concrete).filter(upstream::equals).isPresent()) {
            paths
                .computeIfAbsent(path, ignored -> json.createObjectNode())
                .set(operation.getKey(), operation.getValue());
          }
        });
  }

  /** Which references of this document have to be written otherwise, by what they are now. */
  private Map<String, String> takeComponents(Upstream upstream, JsonNode document) {
    var renamed = new HashMap<String, String>();
    document
        .properties()
        .forEach(kind ->
            kind.getValue()
                .properties()
                .forEach(component -> {
                  String name = component.getKey();
                  JsonNode before = componentsOf(kind.getKey()).get(name);
                  if (before != null && !before.equals(component.getValue())) {
                    renamed.put(
                        reference(kind.getKey(), name),
                        reference(kind.getKey(), prefixed(upstream, name)));
                  }
                }));
    document
        .properties()
        .forEach(kind ->
            kind.getValue()
                .properties()
                .forEach(component -> {
                  String name = component.getKey();
                  boolean clashes = renamed.containsKey(reference(kind.getKey(), name));
                  componentsOf(kind.getKey())
                      .put(
                          clashes ? prefixed(upstream, name) : name,
                          referringTo(renamed, component.getValue()));
                }));
    return renamed;
  }

  private Map<String, JsonNode> componentsOf(String kind) {
    return components.computeIfAbsent(kind, ignored -> new TreeMap<>());
  }

  private static String reference(String kind, String name) {
    return "#/components/" + kind + "/" + name;
  }

  private static String prefixed(Upstream upstream, String name) {
    String service = upstream.name();
    return service.charAt(0) + service.substring(1).toLowerCase(Locale.ROOT) + name;
  }

  private JsonNode referringTo(Map<String, String> renamed, JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        ObjectNode copy = json.createObjectNode();
        object
            .properties()
            .forEach(field -> {
              JsonNode value = field.getValue();
              String target =
                  field.getKey().equals("$ref") && value.isString()
                      ? renamed.get(value.stringValue())
                      : null;
              if (target == null) {
                copy.set(field.getKey(), referringTo(renamed, value));
              } else {
                copy.put(field.getKey(), target);
              }
            });
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = json.createArrayNode();
        array.forEach(element -> copy.add(referringTo(renamed, element)));
        yield copy;
      }
      default -> node;
    };
  }

  JsonNode document() {
    ObjectNode allPaths = merged.putObject("paths");
    paths.forEach(allPaths::set);
    ObjectNode allComponents = merged.putObject("components");
    components.forEach((kind, byName) -> {
      ObjectNode ofKind = allComponents.putObject(kind);
      byName.forEach(ofKind::set);
    });
    if (!allComponents.has(SCHEMAS)) {
      allComponents.putObject(SCHEMAS);
    }
    return merged;
  }
}
