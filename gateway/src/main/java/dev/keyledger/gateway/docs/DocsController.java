package dev.keyledger.gateway.docs;

import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.gateway.GatewaySettings;
import dev.keyledger.gateway.dialect.Dialect;
import dev.keyledger.kit.api.ApiDescription;
import dev.keyledger.kit.api.ApiSources;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The description as a page, in which it can be tried. Everything it needs comes from here. */
@RestController
class DocsController {
  private static final String BECAUSE = "it describes what anybody may call";
  private static final MediaType JAVASCRIPT = MediaType.valueOf("text/javascript;charset=UTF-8");
  private static final MediaType CSS = MediaType.valueOf("text/css;charset=UTF-8");
  private static final MediaType HTML = MediaType.valueOf("text/html;charset=UTF-8");

  /** The viewer sets styles on its elements, and has its images inline. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final CacheControl CACHING =
      CacheControl.maxAge(Duration.ofMinutes(5)).cachePublic();
  private static final Problem NOT_HERE = Problem.of(404, "not_found", "There is nothing here.");

  private record Asset(String path, MediaType type) {}

  private static final String VIEWER = "META-INF/resources/webjars/swagger-ui/" + Viewer.VERSION;
  private static final Asset PAGE = new Asset("docs/index.html", HTML);
  private static final Map<String, Asset> ASSETS =
      Map.of(
          "docs.css", new Asset("docs/docs.css", CSS),
          "start.js", new Asset("docs/start.js", JAVASCRIPT),
          "swagger-ui.css", new Asset(VIEWER + "/swagger-ui.css", CSS),
          "swagger-ui-bundle.js", new Asset(VIEWER + "/swagger-ui-bundle.js", JAVASCRIPT));

  private final Map<String, byte[]> dialects;

  DocsController(List<Dialect> dialects, GatewaySettings settings) {
    this.dialects =
        dialects.stream()
            .map(Dialect::name)
            // One that somebody adds is described when they have described it.
            .filter(name -> DocsController.class.getResource(source(name)) != null)
            .collect(Collectors.toMap(name -> name, name -> described(name, settings.issuer())));
  }

  private static byte[] described(String dialect, String baseUrl) {
    return ApiDescription.servedAt(baseUrl, ApiSources.read(source(dialect)))
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String source(String dialect) {
    return "/api/" + dialect + ".yaml";
  }

  /**
   * OpenAPI 3.1, of one published system.
   *
   * @throws ProblemException 404 {@code not_found} for a system that there isn't
   */
  @GetMapping("/openapi/{dialect}.json")
  @PublicEndpoint(because = BECAUSE)
  ResponseEntity<byte[]> dialect(@PathVariable String dialect) {
    byte[] document = dialects.get(dialect);
    if (document == null) {
      throw NOT_HERE.toException();
    }
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .cacheControl(CACHING)
        .body(document);
  }

  @GetMapping("/docs")
  @PublicEndpoint(because = BECAUSE)
  ResponseEntity<Resource> page() {
    return answer(PAGE);
  }

  /**
   * What the page needs; by the name of a published system, the page of its description.
   *
   * @throws ProblemException 404 {@code not_found} for anything else
   */
  @GetMapping("/docs/{asset}")
  @PublicEndpoint(because = BECAUSE)
  ResponseEntity<Resource> asset(@PathVariable String asset) {
    Asset found = dialects.containsKey(asset) ? PAGE : ASSETS.get(asset);
    if (found == null) {
      throw NOT_HERE.toException();
    }
    return answer(found);
  }

  private static ResponseEntity<Resource> answer(Asset asset) {
    return ResponseEntity.ok()
        .contentType(asset.type())
        .cacheControl(CACHING)
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .body(new ClassPathResource(asset.path()));
  }
}
