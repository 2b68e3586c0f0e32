package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.kit.api.ProblemCatalogue;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the gateway tells of the API by itself, whichever service is away. */
class DescriptionTest {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  /** What the gateway answers itself. */
  private static final Set<String> OWN =
      Set.of("/openapi.json", "/asyncapi.json", "/problems", "/problems/{code}");

  private final GatewayUnderTest gateway = GatewayUnderTest.shared();

  @Test
  void everyOperationThatIsDescribedIsRouted() throws Exception {
    JsonNode document = JsonMapper.shared().readTree(gateway.get("/openapi.json").body());
    assertThat(document.path("openapi").asString()).isEqualTo("3.1.0");
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(operation -> {
                  String method = operation.getKey().toUpperCase(Locale.ROOT);
                  String concrete = path.getKey().replaceAll("\\{[^}/]*}", "x");
                  if (METHODS.contains(operation.getKey()) && !OWN.contains(path.getKey())) {
                    assertThat(RoutingTable.find(method, concrete))
                        .as(method + " " + path.getKey())
                        .isPresent();
                  }
                }));
  }

  @Test
  void everyCodeHasAPage() throws Exception {
    for (ProblemCatalogue.Entry entry : new ProblemCatalogue().entries()) {
      HttpResponse<String> page = gateway.get("/problems/" + entry.code());
      assertThat(page.statusCode()).as(entry.code()).isEqualTo(200);
      assertThat(page.headers().firstValue("Content-Type").orElseThrow())
          .isEqualToIgnoringCase("text/html;charset=UTF-8");
      assertThat(page.body()).contains("What to do");
    }
    assertThat(gateway.get("/problems").body()).contains("key_limit_reached");
    String list =
        gateway.raw(
            "GET /problems HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n", "");
    assertThat(list).startsWith("HTTP/1.1 200").contains("{\"items\":[");
    assertThat(gateway.get("/problems/no_such_code").statusCode()).isEqualTo(404);
  }

  @Test
  void theDescriptionIsAPageThatNeedsNoOtherHost() throws Exception {
    HttpResponse<String> page = gateway.get("/docs");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).doesNotContain("http://", "https://");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "connect-src 'self'");
    for (String asset : Set.of("start.js", "docs.css", "swagger-ui.css", "swagger-ui-bundle.js")) {
      assertThat(page.body()).contains("/docs/" + asset);
      assertThat(gateway.get("/docs/" + asset).statusCode()).as(asset).isEqualTo(200);
    }
    assertThat(gateway.get("/docs/index.html").statusCode()).isEqualTo(404);
  }

  @Test
  void aPublishedSystemHasADocumentOfItsOwn() throws Exception {
    for (String dialect : Set.of("incard", "incrm", "octopus-cards", "syncgram-pay")) {
      HttpResponse<String> document = gateway.get("/openapi/" + dialect + ".json");
      assertThat(document.statusCode()).as(dialect).isEqualTo(200);
      assertThat(JsonMapper.shared().readTree(document.body()).path("openapi").asString())
          .isEqualTo("3.1.0");
      assertThat(gateway.get("/docs").body()).contains("/docs/" + dialect);
      assertThat(gateway.get("/docs/" + dialect).body()).isEqualTo(gateway.get("/docs").body());
    }
    assertThat(gateway.get("/openapi/none.json").statusCode()).isEqualTo(404);
  }
}
