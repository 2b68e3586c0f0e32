package dev.keyledger.kit.web;

import dev.keyledger.client.Caller;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.Schema;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Makes the OpenAPI document say what {@link JsonConventions} do: the generator looks at Java's
 * names, clients at snake case and small enums. Only where springdoc is on the class path.
 */
@AutoConfiguration
@ConditionalOnClass(GlobalOpenApiCustomizer.class)
public class OpenApiConventionsAutoConfiguration {
  static {
    // What filters have found out about the request is nothing that a client sends.
    SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class, RequestTrace.class);
  }

  @Bean
  GlobalOpenApiCustomizer jsonConventionsInOpenApi() {
    return OpenApiConventionsAutoConfiguration::apply;
  }

  static void apply(OpenAPI document) {
    if (document.getComponents() == null || document.getComponents().getSchemas() == null) {
      return;
    }
    var seen = new IdentityHashMap<Schema<?>, Boolean>();
    document.getComponents().getSchemas().values().forEach(schema -> apply(schema, seen));
  }

  @SuppressWarnings({"rawtypes", "unchecked"}) // The library's own types are raw.
  private static void apply(@Nullable Schema<?> schema, Map<Schema<?>, Boolean> seen) {
    if (schema == null || seen.put(schema, true) != null) {
      return;
    }
    Map<String, Schema> properties = schema.getProperties();
    if (properties != null) {
      var renamed = new LinkedHashMap<String, Schema>();
      properties.forEach((name, property) -> renamed.put(snakeCase(name), property));
      schema.setProperties(renamed);
      renamed.values().forEach(property -> apply(property, seen));
    }
    if (schema.getRequired() != null) {
      schema.setRequired(
          schema.getRequired().stream()
              .map(OpenApiConventionsAutoConfiguration::snakeCase)
              .toList());
    }
    if (schema.getEnum() != null) {
      ((Schema) schema).setEnum(lowerCase(schema.getEnum()));
    }
    apply(schema.getItems(), seen);
    if (schema.getAdditionalProperties() instanceof Schema<?> values) {
      apply(values, seen);
    }
  }

  private static List<Object> lowerCase(List<?> constants) {
    return constants.stream()
        .<Object>map(c -> c instanceof String text ? text.toLowerCase(Locale.ROOT) : c)
        .toList();
  }

  /** Only what is a name of Java's: a standard's own names stay as they are. */
  private static String snakeCase(String name) {
    return name.matches("[a-z][A-Za-z0-9]*")
        ? name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT)
        : name;
  }
}
