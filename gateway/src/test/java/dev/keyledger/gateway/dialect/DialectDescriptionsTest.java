package dev.keyledger.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.gateway.GatewayUnderTest;
import dev.keyledger.kit.api.ApiSources;
import dev.keyledger.testing.DescriptionFaults;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.server.PathContainer;
import tools.jackson.databind.JsonNode;

/** Each dialect has a description of its own, of what it answers. */
class DialectDescriptionsTest {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  private record Operation(String method, PathContainer path) {
    boolean isOf(Endpoint endpoint) {
      return endpoint.takes(method) && endpoint.match(path) != null;
    }
  }

  static Stream<Dialect> dialects() {
    return GatewayUnderTest.shared().beansOf(Dialect.class).stream();
  }

  @ParameterizedTest
  @MethodSource("dialects")
  void everyEndpointIsDescribedAndNothingElse(Dialect dialect) {
    List<Operation> described = operationsIn(descriptionOf(dialect));
    assertThat(dialect.endpoints())
        .as("endpoints of " + dialect.name())
        .allMatch(endpoint -> described.stream().anyMatch(operation -> operation.isOf(endpoint)));
    assertThat(described)
        .as("operations of " + dialect.name())
        .allMatch(operation -> dialect.endpoints().stream().anyMatch(operation::isOf));
  }

  @ParameterizedTest
  @MethodSource("dialects")
  void theDescriptionIsWithoutFault(Dialect dialect) {
    assertThat(DescriptionFaults.in(descriptionOf(dialect))).as(dialect.name()).isEmpty();
  }

  private static JsonNode descriptionOf(Dialect dialect) {
    return ApiSources.read("/api/" + dialect.name() + ".yaml");
  }

  private static List<Operation> operationsIn(JsonNode document) {
    return document.path("paths").properties().stream()
        .flatMap(path ->
            path.getValue().properties().stream()
                .filter(operation -> METHODS.contains(operation.getKey()))
                .map(operation ->
                    new Operation(
                        operation.getKey().toUpperCase(Locale.ROOT),
                        PathContainer.parsePath(path.getKey().replaceAll("\\{[^}]*}", "x")))))
        .toList();
  }
}
