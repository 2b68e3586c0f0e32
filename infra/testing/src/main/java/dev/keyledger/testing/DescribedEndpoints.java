package dev.keyledger.testing;

import dev.keyledger.kit.api.ApiDescription;
import dev.keyledger.kit.api.ProblemCatalogue;
import dev.keyledger.testing.Endpoints.Endpoint;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;

/** Whether the canonical API's description has what a service registers. */
public final class DescribedEndpoints {
  private static final String API = "/v1/";
  private static final JsonNode DOCUMENT = new ApiDescription(new ProblemCatalogue()).document();

  private DescribedEndpoints() {}

  /** Endpoints of controllers that are the API's and not in its description. */
  public static List<Endpoint> missing(ApplicationContext context) {
    Set<String> described =
        DOCUMENT.path("paths").properties().stream()
            .flatMap(path ->
                path.getValue().propertyNames().stream()
                    .map(method -> named(method, path.getKey())))
            .collect(Collectors.toSet());
    return Endpoints.ofControllers(context).stream()
        .filter(DescribedEndpoints::isOfTheApi)
        .filter(one -> !described.contains(named(one.method(), one.pattern())))
        .toList();
  }

  public static boolean isOfTheApi(Endpoint endpoint) {
    return endpoint.pattern().startsWith(API);
  }

  /** The names of its query parameters, in alphabetical order, where JSON is asked for. */
  public static List<String> parametersOf(Endpoint endpoint) {
    String path = named("", endpoint.pattern());
    return DOCUMENT.path("paths").properties().stream()
        .filter(item -> named("", item.getKey()).equals(path))
        .map(Map.Entry::getValue)
        .flatMap(item ->
            Stream.of(item, item.path(endpoint.method().toLowerCase(Locale.ROOT)))
                .flatMap(
                    part -> StreamSupport.stream(part.path("parameters").spliterator(), false)))
        .map(DescribedEndpoints::resolved)
        .filter(parameter -> parameter.path("in").asString().equals("query"))
        .filter(parameter -> !parameter.path("x-of-export").asBoolean(false))
        .map(parameter -> parameter.path("name").asString())
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .toList();
  }

  private static JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asString("");
    return reference.isEmpty() ? node : DOCUMENT.at(reference.substring(1));
  }

  /** A variable's name is the description's own affair. */
  private static String named(String method, String path) {
    return method.toLowerCase(Locale.ROOT) + " " + path.replaceAll("\\{[^}]*}", "{}");
  }
}
