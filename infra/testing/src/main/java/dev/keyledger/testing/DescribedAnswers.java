package dev.keyledger.testing;

import dev.keyledger.infra.services.Api;
import dev.keyledger.kit.api.ApiDescription;
import dev.keyledger.kit.api.ProblemCatalogue;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds what a server really answers against an OpenAPI 3.1 document: status, code of a refusal,
 * media type, required headers, and the body against its schema.
 */
public final class DescribedAnswers {
  private static final String PROBLEM = "application/problem+json";
  private static final String MANY = "*";
  private static final DescribedAnswers CANONICAL =
      of(new ApiDescription(new ProblemCatalogue()).document());

  private final JsonNode document;
  private final DescribedSchemas schemas;

  private DescribedAnswers(JsonNode document) {
    this.document = document;
    this.schemas = new DescribedSchemas(document);
  }

  public static DescribedAnswers of(JsonNode document) {
    return new DescribedAnswers(document);
  }

  /** By the canonical API's description. */
  public static DescribedAnswers canonical() {
    return CANONICAL;
  }

  /**
   * What is no part of the API, as calls between services and metrics, is let pass.
   *
   * @throws AssertionError that says what the document doesn't
   */
  public void check(HttpResponse<String> answer) {
    URI target = answer.request().uri();
    if (!target.getPath().startsWith("/internal/") && !target.getPath().startsWith("/actuator/")) {
      check(
          answer.request().method(),
          target.getPath(),
          answer.statusCode(),
          name -> answer.headers().firstValue(name).orElse(null),
          answer.body());
    }
  }

  /**
   * @param target path and query
   * @param header of the answer by its name; null where there is none
   * @throws AssertionError that says what the document doesn't
   */
  public void check(
      String method,
      String target,
      int status,
      UnaryOperator<@Nullable String> header,
      String body) {
    List<String> wrong = wrongWith(method, target, status, header, body);
    if (!wrong.isEmpty()) {
      throw new AssertionError(
          "%s %s was answered %d, of which the description does not know: %s"
              .formatted(method, pathOf(target), status, String.join("; ", wrong)));
    }
  }

  /** For {@link Api#watchedBy}, where paths that aren't described here are somebody else's. */
  void check(String method, String target, Api.Answer answer) {
    if (describes(target)) {
      check(method, target, answer.status(), answer::headerOrNull, answer.rawBody());
    }
  }

  /** Whether the path is one of the document's. */
  public boolean describes(String target) {
    return itemOf(pathOf(target)).isPresent();
  }

  /** What {@link #check} would say; nothing for a path that isn't described and isn't there. */
  public List<String> wrongWith(
      String method,
      String target,
      int status,
      UnaryOperator<@Nullable String> header,
      String body) {
    Optional<JsonNode> item = itemOf(pathOf(target));
    if (item.isEmpty()) {
      return status < 300 ? List.of("the path") : List.of();
    }
    String verb = method.toLowerCase(Locale.ROOT);
    JsonNode operation = item.get().path(verb.equals("head") ? "get" : verb);
    if (operation.isMissingNode()) {
      boolean expected = status == 405 || (verb.equals("options") && status == 204);
      return expected || status >= 400 ? List.of() : List.of("the method");
    }
    JsonNode responses = operation.path("responses");
    String exactly = String.valueOf(status);
    JsonNode response =
        resolved(responses.path(responses.has(exactly) ? exactly : status / 100 + "XX"));
    if (response.isMissingNode()) {
      return List.of("the status, with " + shortened(body));
    }
    var wrong = new ArrayList<String>();
    response
        .path("headers")
        .properties()
        .forEach(described -> {
          if (resolved(described.getValue()).path("required").asBoolean(false)
              && header.apply(described.getKey()) == null) {
            wrong.add("the absence of " + described.getKey());
          }
        });
    if (!verb.equals("head")) {
      checkBody(response.path("content"), header.apply("Content-Type"), body, wrong);
    }
    return wrong;
  }

  private void checkBody(
      JsonNode content, @Nullable String contentType, String body, List<String> wrong) {
    if (body.isEmpty()) {
      if (!content.isMissingNode() && !content.has(PROBLEM)) {
        wrong.add("the absence of a body");
      }
      return;
    }
    String type = contentType == null ? "" : contentType.replaceFirst("\\s*;.*", "");
    JsonNode described = content.path(type);
    if (described.isMissingNode()) {
      wrong.add("the media type " + type);
      return;
    }
    if (!Api.isJson(type)) {
      return;
    }
    JsonNode read;
    try {
      read = JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      wrong.add("a body that is no JSON");
      return;
    }
    JsonNode code = read.path(type.equals(PROBLEM) ? "code" : "error");
    if (code.isString()
        && described.has("examples")
        && !described.path("examples").has(code.stringValue())) {
      wrong.add("the code " + code.stringValue());
    }
    wrong.addAll(errorsIn(described.path("schema").path("$ref").asString(""), read));
  }

  /**
   * @param reference of a schema; empty for none, which admits everything
   */
  List<String> errorsIn(String reference, JsonNode value) {
    return reference.isEmpty() ? List.of() : schemas.errorsIn(reference, value);
  }

  private Optional<JsonNode> itemOf(String path) {
    JsonNode literal = document.path("paths").path(path);
    if (!literal.isMissingNode()) {
      return Optional.of(literal);
    }
    return document.path("paths").properties().stream()
        .filter(item -> matches(templateOf(item), path))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  // A variable that takes several segments is the last.
  private static String templateOf(Map.Entry<String, JsonNode> item) {
    boolean many =
        item.getValue()
            .path("parameters")
            .valueStream()
            .anyMatch(parameter -> parameter.path("x-many-segments").asBoolean(false));
    return many ? item.getKey() + MANY : item.getKey();
  }

  private static boolean matches(String template, String path) {
    boolean many = template.endsWith(MANY);
    String[] expected = template.split("/", -1);
    String[] given = path.split("/", many ? expected.length : -1);
    if (expected.length != given.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (!expected[i].startsWith("{") && !expected[i].equals(given[i])) {
        return false;
      }
    }
    return true;
  }

  private JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asString("");
    return reference.isEmpty() ? node : document.at(reference.substring(1));
  }

  private static String pathOf(String target) {
    return target.replaceFirst("[?#].*", "");
  }

  /** A success may hold a secret. */
  private static String shortened(String body) {
    return body.contains("\"code\"") && body.length() < 500 ? body : "a body";
  }
}
