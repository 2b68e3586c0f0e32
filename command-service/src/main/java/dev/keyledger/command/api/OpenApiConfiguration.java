package dev.keyledger.command.api;

import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.kit.web.Prefer;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.PathParameter;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.HandlerMethod;
import tools.jackson.databind.JsonNode;

@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
  static {
    // The generator can't see what these arguments are made of.
    SpringDocUtils.getConfig()
        .addRequestWrapperToIgnore(CommandContext.class, OrganizationId.class, Prefer.class);
    // The only bodies that are read as a tree first, for what is missing in them to be told.
    SpringDocUtils.getConfig().replaceWithClass(JsonNode.class, Policy.class);
  }

  @Bean
  OpenAPI openApi() {
    return new OpenAPI()
        .info(
            new Info()
                .title("Keyledger: commands")
                .version("v1")
                .description("Organisations, their members and keys: whatever changes them."))
        .components(
            new Components()
                .addSecuritySchemes(
                    "bearer", new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer")))
        .addSecurityItem(new SecurityRequirement().addList("bearer"));
  }

  /** What a client sends for the arguments that {@link CommandArguments} makes. */
  @Bean
  GlobalOperationCustomizer commandArgumentsInOpenApi() {
    return (operation, handler) -> {
      var parameters =
          new ArrayList<Parameter>(
              Objects.requireNonNullElse(operation.getParameters(), List.<Parameter>of()));
      if (takes(handler, OrganizationId.class)) {
        parameters.addFirst(
            new PathParameter().name(CommandArguments.ORGANIZATION).schema(new StringSchema()));
      }
      if (takes(handler, Prefer.class)) {
        parameters.add(
            new HeaderParameter()
                .name(CommandArguments.PREFER)
                .required(false)
                .schema(new ArraySchema().items(new StringSchema())));
      }
      return operation.parameters(parameters.isEmpty() ? null : parameters);
    };
  }

  private static boolean takes(HandlerMethod handler, Class<?> argument) {
    return Arrays.stream(handler.getMethodParameters())
        .anyMatch(parameter -> parameter.getParameterType() == argument);
  }
}
