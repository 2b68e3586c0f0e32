package dev.keyledger.query;

import dev.keyledger.client.Caller;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
  private static final String OF_ORGANIZATIONS = "/v1/organizations";
  private static final Set<String> OF_PEOPLE =
      Set.of("/v1/organizations/{org}/members", "/v1/organizations/{org}/events");

  static {
    // What a filter has found out about the request is nothing that a client sends.
    SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class);
  }

  /** What reads say in headers. */
  @Bean
  OpenApiCustomizer headersOfReads() {
    return document ->
        document
            .getPaths()
            .forEach((path, item) -> {
              if (path.startsWith(OF_ORGANIZATIONS) && item.getGet() != null) {
                item.getGet().getResponses().forEach((status, answer) -> describe(path, answer));
              }
            });
  }

  private static void describe(String path, ApiResponse answer) {
    answer.addHeaderObject(
        "Keyledger-Position",
        header(
            "The position that the answer reflects; of a list of organisations, each one's as"
                + " `org_…:position`, separated by commas."));
    answer.addHeaderObject(
        "Keyledger-Halted",
        header(
            "Only where the views don't go on from that position, and why: `gap`, `unknown_type`,"
                + " `unreadable` or `impossible` where the organisation is halted (of a list of"
                + " organisations each one's as `org_…:reason`), `topic_lost_events` where no"
                + " organisation can be relied on to go on. Refusals have it too."));
    if (OF_PEOPLE.contains(path)) {
      answer.addHeaderObject(
          "Keyledger-Incomplete",
          header(
              "`personal-data` where personal data could not be opened just now, and is `null` for"
                  + " that reason alone."));
    }
  }

  private static Header header(String description) {
    return new Header().description(description).schema(new StringSchema());
  }

  @Bean
  OpenAPI openApi() {
    return new OpenAPI()
        .info(
            new Info()
                .title("Keyledger: reads")
                .version("v1")
                .description("Organisations, keys, members and their history."))
        .components(
            new Components()
                .addSecuritySchemes(
                    "bearer", new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer")))
        .addSecurityItem(new SecurityRequirement().addList("bearer"));
  }
}
