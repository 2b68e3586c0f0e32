package dev.keyledger.token.enforcement.http;

import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Adds to {@code /openapi.json} what no scan of servlets finds out: their part is written by hand,
 * and a test holds it to the answers.
 */
@Configuration(proxyBeanMethods = false)
class ApiDocument {
  static final String RESOURCE = "/openapi-enforcement.json";

  @Bean
  OpenApiCustomizer servlets() {
    OpenAPI written = written();
    return document -> {
      document.setInfo(
          new Info()
              .title("Keyledger: enforcement")
              .version("v1")
              .description("Sessions, tokens, verification and revocation."));
      written.getPaths().forEach(document::path);
      if (document.getComponents() == null) {
        document.setComponents(new Components());
      }
      Components components = document.getComponents();
      written.getComponents().getSchemas().forEach(components::addSchemas);
      written.getComponents().getSecuritySchemes().forEach(components::addSecuritySchemes);
    };
  }

  private static OpenAPI written() {
    try (InputStream in = ApiDocument.class.getResourceAsStream(RESOURCE)) {
      return Json31.mapper().readValue(in, OpenAPI.class);
    } catch (IOException e) {
      throw new UncheckedIOException("the API document of the servlets", e);
    }
  }
}
