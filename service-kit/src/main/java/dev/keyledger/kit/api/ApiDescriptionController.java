package dev.keyledger.kit.api;

import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.kit.web.HtmlPage;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The API describes itself: the document, and a page for each code of a refusal. */
@RestController
public class ApiDescriptionController {
  private static final CacheControl CACHING =
      CacheControl.maxAge(Duration.ofMinutes(5)).cachePublic();
  private static final String DESCRIPTION = "it describes what anybody may call";

  private final ProblemCatalogue problems;
  private final byte[] document;
  private final byte[] topics;

  ApiDescriptionController(ProblemCatalogue problems, ApiDescription description, String baseUrl) {
    this.problems = problems;
    this.document = bytes(description.document(baseUrl));
    this.topics = bytes(new TopicsDescription(description).document());
  }

  private static byte[] bytes(JsonNode document) {
    return document.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** OpenAPI 3.1. */
  @GetMapping(path = "/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
  @PublicEndpoint(because = DESCRIPTION)
  ResponseEntity<byte[]> document() {
    return json(document);
  }

  /** AsyncAPI 3.1, of the topics. */
  @GetMapping(path = "/asyncapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
  @PublicEndpoint(because = DESCRIPTION)
  ResponseEntity<byte[]> topics() {
    return json(topics);
  }

  private static ResponseEntity<byte[]> json(byte[] bytes) {
    return ResponseEntity.ok()
        .cacheControl(CACHING)
        .contentType(MediaType.APPLICATION_JSON)
        .body(bytes);
  }

  /** All codes, as a page; as data for who accepts JSON and no page. */
  @GetMapping(
      path = "/problems",
      produces = {MediaType.TEXT_HTML_VALUE, MediaType.APPLICATION_JSON_VALUE})
  @PublicEndpoint(because = DESCRIPTION)
  ResponseEntity<?> problems(
      @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept) {
    if (wantsData(accept)) {
      return data(Map.of("items", problems.entries()));
    }
    String rows =
        problems.entries().stream()
            .map(entry ->
                "<tr><td><a href=\"/problems/%1$s\">%1$s</a></td><td>%2$s</td><td>%3$s</td></tr>"
                    .formatted(entry.code(), statusesOf(entry), HtmlPage.escaped(entry.meaning())))
            .collect(Collectors.joining("\n"));
    return HtmlPage.of(
        "Codes of refusals",
        """
        <p>A refusal is a problem detail (RFC 9457) with one of these codes, which stay as they are.</p>
        <table><thead><tr><th>Code</th><th>Status</th><th>What it means</th></tr></thead><tbody>
        %s
        </tbody></table>
        """
            .formatted(rows),
        CACHING);
  }

  /**
   * @throws ProblemException 404 {@code problem_not_found} for a code that there isn't
   */
  @GetMapping(
      path = "/problems/{code}",
      produces = {MediaType.TEXT_HTML_VALUE, MediaType.APPLICATION_JSON_VALUE})
  @PublicEndpoint(because = DESCRIPTION)
  ResponseEntity<?> problem(
      @PathVariable String code,
      @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept) {
    ProblemCatalogue.Entry entry = entry(code);
    if (wantsData(accept)) {
      return data(entry);
    }
    return HtmlPage.of(
        entry.code(),
        """
        <p>%s</p>
        <h2>What to do</h2>
        <p>%s</p>
        <h2>How it is told</h2>
        <p>Status %s. For example:</p>
        <pre>%s</pre>
        <p><a href="/problems">All codes</a></p>
        """
            .formatted(
                HtmlPage.escaped(entry.meaning()),
                HtmlPage.escaped(entry.remedy()),
                statusesOf(entry),
                HtmlPage.escaped(exampleOf(entry))),
        CACHING);
  }

  private static boolean wantsData(@Nullable String accept) {
    return accept != null
        && accept.contains(MediaType.APPLICATION_JSON_VALUE)
        && !accept.contains(MediaType.TEXT_HTML_VALUE);
  }

  private static ResponseEntity<Object> data(Object body) {
    return ResponseEntity.ok()
        .cacheControl(CACHING)
        .contentType(MediaType.APPLICATION_JSON)
        .varyBy(HttpHeaders.ACCEPT)
        .body(body);
  }

  private ProblemCatalogue.Entry entry(String code) {
    return problems
        .find(code)
        .orElseThrow(() ->
            Problem.of(404, "problem_not_found", "There is no such code; /problems lists them.")
                .toException());
  }

  private static String exampleOf(ProblemCatalogue.Entry entry) {
    return ApiDescription.example(entry, entry.statuses().getFirst()).toPrettyString();
  }

  private static String statusesOf(ProblemCatalogue.Entry entry) {
    return entry.statuses().stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
