package dev.keyledger.kit.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The canonical API as one OpenAPI 3.1 document, put together from {@code /api/*.yaml}: what is
 * common, and a file for each area. An operation names the codes of its refusals in {@code
 * x-refusals}, and gets a response for each of their statuses; of what any request can meet it says
 * nothing. An operation with the parameter {@code DryRun} gets its answer too, beside what it says
 * itself of 200 or, where that is another status, of success. An operation that takes a form is one
 * of OAuth's, and refuses a client in OAuth's words.
 */
public final class ApiDescription {
  private static final List<String> AREAS =
      List.of(
          "organizations",
          "members",
          "keys",
          "tokens",
          "oauth",
          "sessions",
          "people",
          "history",
          "validity",
          "usage",
          "dry-runs",
          "log",
          "feeds",
          "subscriptions",
          "deliveries",
          "ssf",
          "leaks",
          "descriptions",
          "platform");
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "patch", "head", "options");
  private static final String REFUSALS = "x-refusals";
  private static final String RESPONSES = "responses";
  private static final String DRY_RUN = "application/vnd.keyledger.dry-run+json";
  private static final String FORM = "application/x-www-form-urlencoded";

  private final ProblemCatalogue problems;
  private final ObjectNode document;

  public ApiDescription(ProblemCatalogue problems) {
    this.problems = problems;
    this.document = ApiSources.read("/api/keyledger.yaml");
    for (String area : AREAS) {
      ObjectNode part = ApiSources.read("/api/" + area + ".yaml");
      join(document.withObject("/paths"), part.withObject("/paths"), area);
      part.path("components")
          .properties()
          .forEach(kind ->
              join(
                  document.withObject("/components/" + kind.getKey()),
                  (ObjectNode) kind.getValue(),
                  area));
    }
    addExamplesOfProblems();
    document
        .path("paths")
        .forEach(item ->
            item.properties().stream()
                .filter(operation -> METHODS.contains(operation.getKey()))
                .map(operation -> (ObjectNode) operation.getValue())
                .forEach(operation -> {
                  addDryRun(operation);
                  addRefusals(operation);
                }));
  }

  private static void join(ObjectNode whole, ObjectNode part, String area) {
    part.properties()
        .forEach(entry -> {
          if (whole.has(entry.getKey())) {
            throw new IllegalStateException(entry.getKey() + " stands twice, once in " + area);
          }
          whole.set(entry.getKey(), entry.getValue());
        });
  }

  private void addExamplesOfProblems() {
    ObjectNode examples = document.withObject("/components/examples");
    for (ProblemCatalogue.Entry entry : problems.entries()) {
      for (int status : entry.statuses()) {
        examples
            .putObject(nameOf(entry.code(), status))
            .put("summary", entry.meaning())
            .set("value", example(entry, status));
      }
    }
  }

  /** The refusal as it would be answered. */
  static ObjectNode example(ProblemCatalogue.Entry entry, int status) {
    ObjectNode value = JsonMapper.shared().createObjectNode();
    if (entry.oauth()) {
      return value.put("error", entry.code()).put("error_description", entry.detail());
    }
    value
        .put("type", "about:blank")
        .put("title", titleOf(status))
        .put("status", status)
        .put("code", entry.code())
        .put("detail", entry.detail());
    entry.members().forEach((name, member) -> value.set(name, asNode(member)));
    return value;
  }

  private static JsonNode asNode(Object member) {
    return JsonMapper.shared().valueToTree(member);
  }

  private static String titleOf(int status) {
    HttpStatus known = HttpStatus.resolve(status);
    return known == null ? "Refused" : known.getReasonPhrase();
  }

  private String nameOf(String code, int status) {
    boolean usual = problems.find(code).orElseThrow().statuses().getFirst() == status;
    return usual ? code : code + "-" + status;
  }

  /**
   * What a client makes of the operation's own success stays what it was: the answer is of a media
   * type of its own, and where there was no 200, of any other success.
   */
  private static void addDryRun(ObjectNode operation) {
    if (operation.path("parameters").valueStream().noneMatch(ApiDescription::isDryRun)) {
      return;
    }
    ObjectNode responses = operation.withObject("/" + RESPONSES);
    ObjectNode answer = responses.withObject(responses.has("200") ? "/200" : "/2XX");
    if (!answer.has("description")) {
      answer.put("description", "200: what it would do, where that was asked");
      answer
          .withObject("/headers/Keyledger-Position")
          .put("$ref", "#/components/headers/Keyledger-Position");
    }
    ObjectNode content = answer.withObject("/content").putObject(DRY_RUN);
    content.withObject("/schema").put("$ref", "#/components/schemas/DryRun");
    content.withObject("/examples/dry_run").put("$ref", "#/components/examples/DryRun");
  }

  private static boolean isDryRun(JsonNode parameter) {
    return parameter.path("$ref").asString("").equals("#/components/parameters/DryRun");
  }

  private void addRefusals(ObjectNode operation) {
    var names = new ArrayList<String>();
    names.add("always");
    JsonNode security = operation.path("security");
    JsonNode bodies = operation.path("requestBody").path("content");
    boolean oauth = bodies.has(FORM);
    if (!oauth && (!security.isArray() || !security.isEmpty())) {
      names.add("authenticated");
    }
    if (!oauth && !bodies.isMissingNode()) {
      names.add("body");
    }
    operation.path(REFUSALS).forEach(name -> names.add(name.asString()));
    operation.remove(REFUSALS);
    ObjectNode responses = operation.withObject("/" + RESPONSES);
    problems
        .byStatus(names)
        .forEach((status, codes) -> addResponse(responses, String.valueOf(status), codes));
  }

  /** Beside what the operation says itself of that status, if it does: of another media type. */
  private void addResponse(ObjectNode responses, String status, Set<String> codes) {
    ObjectNode response = responses.withObject("/" + status);
    String listed = codes.stream().map(code -> "`" + code + "`").collect(Collectors.joining(", "));
    String own = response.path("description").asString("");
    response.put("description", own.isEmpty() ? listed : own + " " + listed);
    ObjectNode headers = response.withObject("/headers");
    headers.putObject("X-Request-Id").put("$ref", "#/components/headers/X-Request-Id");
    for (String code : codes) {
      for (String header : problems.find(code).orElseThrow().headers().keySet()) {
        headers.putObject(header).put("$ref", "#/components/headers/" + header);
      }
    }
    for (String code : codes) {
      boolean oauth = problems.find(code).orElseThrow().oauth();
      ObjectNode content =
          response
              .withObject("/content")
              .withObject("/" + (oauth ? "application~1json" : "application~1problem+json"));
      content
          .withObject("/schema")
          .put("$ref", "#/components/schemas/" + (oauth ? "OAuthError" : "Problem"));
      content
          .withObject("/examples")
          .putObject(code)
          .put("$ref", "#/components/examples/" + nameOf(code, Integer.parseInt(status)));
    }
  }

  /**
   * @param baseUrl where the document's paths are answered
   */
  public ObjectNode document(String baseUrl) {
    return servedAt(baseUrl, document);
  }

  /** A copy of a description that says where its paths, and the codes' pages, are answered. */
  public static ObjectNode servedAt(String baseUrl, ObjectNode described) {
    ObjectNode copy = described.deepCopy();
    copy.putArray("servers").addObject().put("url", baseUrl);
    copy.putObject("externalDocs")
        .put("description", "All codes of refusals")
        .put("url", baseUrl.replaceFirst("/$", "") + "/problems");
    return copy;
  }

  /** The document without a server. */
  public JsonNode document() {
    return document.deepCopy();
  }

  /**
   * The id of an operation.
   *
   * @param method in capitals
   * @param path as it is described, with its variables
   */
  public Optional<String> operationOf(String method, String path) {
    JsonNode id =
        document.path("paths").path(path).path(method.toLowerCase(Locale.ROOT)).path("operationId");
    return id.isMissingNode() ? Optional.empty() : Optional.of(id.asString());
  }

  Map<String, JsonNode> paths() {
    return document.path("paths").properties().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
