package dev.keyledger.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * What has to hold for every operation of an OpenAPI 3.1 document, whichever is added, and doesn't.
 */
public final class DescriptionFaults {
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "patch", "head", "options");
  private static final List<String> COMPONENTS =
      List.of("schemas", "parameters", "headers", "responses", "examples");

  private final JsonNode document;
  private final List<String> faults = new ArrayList<>();

  private DescriptionFaults(JsonNode document) {
    this.document = document;
  }

  public static List<String> in(JsonNode document) {
    var found = new DescriptionFaults(document);
    found.ofIds();
    found.ofWords();
    found.ofReferences();
    found.ofKeys("", document.path("components").path("schemas"));
    found.ofBodies();
    found.ofObjects("", document.path("components").path("schemas"));
    return List.copyOf(found.faults);
  }

  private void ofIds() {
    var ids = new HashSet<String>();
    operations((where, operation) -> {
      String id = operation.path("operationId").asString("");
      if (!id.matches("[a-z][A-Za-z0-9]+") || !ids.add(id)) {
        faults.add(where + " has no id of its own: " + id);
      }
    });
  }

  private void ofWords() {
    Set<String> areas =
        Set.copyOf(
            StreamSupport.stream(document.path("tags").spliterator(), false)
                .map(tag -> tag.path("name").asString())
                .toList());
    operations((where, operation) -> {
      if (operation.path("tags").size() != 1
          || !areas.contains(operation.at("/tags/0").asString())) {
        faults.add(where + " is in no area");
      }
      for (String words : List.of("summary", "description")) {
        if (operation.path(words).asString("").isBlank()) {
          faults.add(where + " has no " + words);
        }
      }
    });
  }

  private void ofReferences() {
    var used = new HashSet<String>();
    collect(document, used);
    used.stream()
        .filter(reference -> document.at(reference.substring(1)).isMissingNode())
        .forEach(reference -> faults.add(reference + " leads nowhere"));
    for (String kind : COMPONENTS) {
      document
          .path("components")
          .path(kind)
          .properties()
          .forEach(component -> {
            String reference = "#/components/" + kind + "/" + component.getKey();
            if (!used.contains(reference)) {
              faults.add(reference + " is referred to by nothing");
            }
          });
    }
  }

  /** In YAML a comma in a text that isn't quoted makes keys of the rest. */
  private void ofKeys(String where, JsonNode node) {
    node.properties()
        .forEach(member -> {
          if (member.getKey().contains(" ")) {
            faults.add(where + " has a key of several words: " + member.getKey());
          }
          ofKeys(where + "/" + member.getKey(), member.getValue());
        });
  }

  private static void collect(JsonNode node, Set<String> references) {
    if (node.path("$ref").isString()) {
      references.add(node.path("$ref").stringValue());
    }
    node.forEach(child -> collect(child, references));
  }

  private void ofBodies() {
    var answers = DescribedAnswers.of(document);
    operations((where, operation) ->
        contents(
            operation,
            (part, content) -> {
              String schema = content.path("schema").path("$ref").asString("");
              if (!schema.startsWith("#/components/schemas/")) {
                faults.add(where + part + " has no schema with a name");
                return;
              }
              if (document.at(schema.substring(1)).isMissingNode()) {
                return; // Which is told of as such.
              }
              List<JsonNode> examples = examplesOf(content);
              if (examples.isEmpty()) {
                faults.add(where + part + " has no example");
              }
              examples.forEach(example ->
                  answers
                      .errorsIn(schema, example)
                      .forEach(error -> faults.add(where + part + "'s example: " + error)));
            }));
  }

  private void contents(JsonNode operation, BiConsumer<String, JsonNode> each) {
    operation
        .path("requestBody")
        .path("content")
        .properties()
        .forEach(content -> each.accept(" request", content.getValue()));
    operation
        .path("responses")
        .properties()
        .forEach(response ->
            resolved(response.getValue())
                .path("content")
                .properties()
                .forEach(content ->
                    each.accept(
                        " " + response.getKey() + " " + content.getKey(), content.getValue())));
  }

  private List<JsonNode> examplesOf(JsonNode content) {
    var examples = new ArrayList<JsonNode>();
    if (content.has("example")) {
      examples.add(content.path("example"));
    }
    content.path("examples").forEach(example -> examples.add(resolved(example).path("value")));
    return examples;
  }

  private void ofObjects(String where, JsonNode node) {
    if (node.isObject()
        && node.has("properties")
        && node.path("type").isString()
        && !node.has("additionalProperties")) {
      faults.add(where + " doesn't say whether it has other members");
    }
    node.properties().stream()
        .filter(member -> !member.getKey().equals("example"))
        .forEach(member -> ofObjects(where + "/" + member.getKey(), member.getValue()));
  }

  private JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asString("");
    return reference.isEmpty() ? node : document.at(reference.substring(1));
  }

  private void operations(BiConsumer<String, JsonNode> each) {
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      path.getValue().properties().stream()
          .filter(operation -> METHODS.contains(operation.getKey()))
          .forEach(operation ->
              each.accept(operation.getKey() + " " + path.getKey(), operation.getValue()));
    }
  }
}
