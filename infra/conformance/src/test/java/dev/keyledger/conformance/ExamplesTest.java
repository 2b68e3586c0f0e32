package dev.keyledger.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.Conformance.Platform;
import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import dev.keyledger.conformance.wire.Wire;
import dev.keyledger.kit.api.ApiDescription;
import dev.keyledger.kit.api.ProblemCatalogue;
import dev.keyledger.testing.DescribedAnswers;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * Each example of a request in the description is sent as it stands there, with ids that there are
 * in the place of the example's: it is understood, and answered as the description says.
 */
class ExamplesTest {
  @RegisterExtension static final Conformance CONFORMANCE = new Conformance();

  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  /** That are the operator's to do; the rest an owner asks for. */
  private static final Set<String> OPERATORS =
      Set.of("registerOrganization", "createPlatformService");

  /** What may be wrong with an example: a code or a token that there isn't. */
  private static final Set<String> OF_THE_MOMENT = Set.of("invalid_code");

  private final JsonNode document = new ApiDescription(new ProblemCatalogue()).document();

  @Test
  void everyExampleOfARequestIsUnderstood(Platform platform) throws IOException {
    Map<String, String> known =
        platform
            .stage()
            .given(
                "examples is a live organisation on incrm",
                "emma is owner of examples and signed in",
                "examples-key is a live key of emma in examples",
                "eric is owner of examples");
    var wrong = new ArrayList<String>();
    int sent = 0;
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (!METHODS.contains(operation.getKey())) {
          continue;
        }
        for (Request request : requests(path, operation, known)) {
          String id = operation.getValue().path("operationId").asString();
          String token =
              OPERATORS.contains(id) ? platform.operatorToken() : known.get("emma.token");
          Request asked = takesSessions(operation.getValue()) ? request.as(token) : request;
          Answered answer = Wire.ask(platform.baseUrl(), asked);
          sent++;
          boolean understood =
              !Set.of(400, 415, 422).contains(answer.status())
                  || OF_THE_MOMENT.contains(answer.field("code"))
                  || answer.field("error").equals("invalid_grant");
          if (!understood) {
            wrong.add(id + ": " + answer);
          }
          DescribedAnswers.canonical()
              .wrongWith(
                  request.method(),
                  request.target(),
                  answer.status(),
                  name -> answer.all(name).isEmpty() ? null : answer.header(name),
                  answer.text())
              .forEach(fault -> wrong.add(id + ": " + fault));
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(sent).isGreaterThan(25);
  }

  private static boolean takesSessions(JsonNode operation) {
    return !operation.has("security")
        || operation.path("security").valueStream().anyMatch(one -> one.has("session"));
  }

  private List<Request> requests(
      Map.Entry<String, JsonNode> path,
      Map.Entry<String, JsonNode> operation,
      Map<String, String> known) {
    var requests = new ArrayList<Request>();
    String target = path.getKey();
    List<JsonNode> parameters =
        Stream.concat(
                path.getValue().path("parameters").valueStream(),
                operation.getValue().path("parameters").valueStream())
            .map(this::resolved)
            .toList();
    var query = new ArrayList<String>();
    for (JsonNode parameter : parameters) {
      String name = parameter.path("name").asString();
      String example = parameter.path("example").asString("x");
      target = target.replace("{" + name + "}", example);
      boolean due =
          parameter.path("in").asString().equals("query")
              && (parameter.path("required").asBoolean(false) || parameter.has("example"));
      if (due) {
        query.add(name + "=" + encoded(texts(parameter.path("example"))));
      }
    }
    target += query.isEmpty() ? "" : "?" + String.join("&", query);
    Request bare = Request.of(operation.getKey().toUpperCase(Locale.ROOT), replaced(target, known));
    operation
        .getValue()
        .path("requestBody")
        .path("content")
        .properties()
        .forEach(content -> {
          for (JsonNode example : examplesOf(content.getValue())) {
            String body = content.getKey().contains("form") ? form(example) : example.toString();
            requests.add(
                bare.with("Content-Type", content.getKey())
                    .body(replaced(body, known).getBytes(StandardCharsets.UTF_8)));
          }
        });
    if (requests.isEmpty() && bare.method().equals("GET")) {
      requests.add(bare);
    }
    return requests;
  }

  private static List<JsonNode> examplesOf(JsonNode content) {
    return content.has("example")
        ? List.of(content.path("example"))
        : content.path("examples").valueStream().map(one -> one.path("value")).toList();
  }

  private JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asString("");
    return reference.isEmpty() ? node : document.at(reference.substring(1));
  }

  private static String form(JsonNode example) {
    return example.properties().stream()
        .map(field -> field.getKey() + "=" + encoded(field.getValue().asString()))
        .collect(Collectors.joining("&"));
  }

  /** One, or several as a list in a query has them. */
  private static String texts(JsonNode example) {
    return example.isArray()
        ? example.valueStream().map(JsonNode::asString).collect(Collectors.joining(","))
        : example.asString("x");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String replaced(String text, Map<String, String> known) {
    return text.replaceAll("org_01890a5d[0-9a-f-]+", known.get("examples.id"))
        .replaceAll("mem_01890a5d[0-9a-f-]+", known.get("eric.member"))
        .replaceAll("key_01890a5d[0-9a-f-]+", known.get("examples-key.id"));
  }
}
