package dev.keyledger.conformance.fuzz;

import dev.keyledger.conformance.wire.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** An operation as a description has it, and requests that come of what is said of it. */
final class DescribedOperation {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  /** What a read waits for is waited for: five seconds, each time. */
  private static final String WAITS = "at_least";

  private final JsonNode document;
  private final String method;
  private final String path;
  private final JsonNode operation;
  private final List<JsonNode> parameters;

  private DescribedOperation(JsonNode document, String path, JsonNode item, String method) {
    this.document = document;
    this.method = method.toUpperCase(Locale.ROOT);
    this.path = path;
    this.operation = item.path(method);
    this.parameters =
        Stream.concat(
                item.path("parameters").valueStream(), operation.path("parameters").valueStream())
            .map(this::resolved)
            .toList();
  }

  static List<DescribedOperation> allOf(JsonNode document) {
    var all = new ArrayList<DescribedOperation>();
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue().propertyNames().stream()
                .filter(METHODS::contains)
                .map(method ->
                    new DescribedOperation(document, path.getKey(), path.getValue(), method))
                .forEach(all::add));
    return all;
  }

  private JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asString("");
    return reference.isEmpty() ? node : document.at(reference.substring(1));
  }

  String id() {
    return operation.path("operationId").asString();
  }

  String method() {
    return method;
  }

  Request request(SchemaValues values, Dice dice) {
    Request request = Request.of(method, target(values, dice));
    for (JsonNode parameter : in("header")) {
      if (dice.oneIn(3)) {
        String text = textOf(values, parameter, dice).replaceAll("[^ -~]", "?");
        request = request.with(parameter.path("name").asString(), text);
      }
    }
    JsonNode content = operation.path("requestBody").path("content");
    if (content.isEmpty()) {
      return request;
    }
    List<Map.Entry<String, JsonNode>> types = List.copyOf(content.properties());
    Map.Entry<String, JsonNode> type = dice.of(types);
    JsonNode body = values.of("", type.getValue().path("schema"), dice);
    return request
        .with("Content-Type", dice.oneIn(25) ? "text/plain" : type.getKey())
        .body(
            (type.getKey().contains("form") ? form(body) : body.toString())
                .getBytes(StandardCharsets.UTF_8));
  }

  private String target(SchemaValues values, Dice dice) {
    String target = path;
    for (JsonNode parameter : in("path")) {
      String name = parameter.path("name").asString();
      String text = textOf(values, parameter, dice);
      target = target.replace("{" + name + "}", encoded(text.isEmpty() ? "x" : text));
    }
    var query = new ArrayList<String>();
    for (JsonNode parameter : in("query")) {
      String name = parameter.path("name").asString();
      // Whoever confirms it shuts the fuzzer out.
      if (!name.equals("confirm") && dice.oneIn(3)) {
        String text =
            name.equals(WAITS)
                ? dice.of(List.of("0", "1", "-1", "x"))
                : textOf(values, parameter, dice);
        query.add(name + "=" + encoded(text));
      }
    }
    if (dice.oneIn(25)) {
      query.add("no_such_parameter=1");
    }
    return query.isEmpty() ? target : target + "?" + String.join("&", query);
  }

  private List<JsonNode> in(String place) {
    return parameters.stream()
        .filter(parameter -> parameter.path("in").asString().equals(place))
        .toList();
  }

  private String textOf(SchemaValues values, JsonNode parameter, Dice dice) {
    JsonNode value = values.of(parameter.path("name").asString(), parameter.path("schema"), dice);
    if (value.isArray()) {
      return value.valueStream().map(one -> one.asString("")).collect(Collectors.joining(","));
    }
    return value.isString() ? value.stringValue() : value.toString();
  }

  private static String form(JsonNode body) {
    return body.properties().stream()
        .map(field ->
            encoded(field.getKey())
                + "="
                + encoded(
                    field.getValue().isString()
                        ? field.getValue().stringValue()
                        : field.getValue().toString()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return id() + ": " + method + " " + path;
  }
}
