package dev.keyledger.client.spring;

import java.util.List;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Refuses to start a service with an endpoint that declares no access rule, or two. A service's
 * test asserts that {@link #undeclaredIn} is empty.
 */
public final class EndpointAccess implements SmartInitializingSingleton {
  private final ApplicationContext context;

  EndpointAccess(ApplicationContext context) {
    this.context = context;
  }

  /** Every endpoint without exactly one of {@code @Requires} and {@code @PublicEndpoint}. */
  public static List<String> undeclaredIn(ApplicationContext context) {
    return context.getBeansOfType(RequestMappingHandlerMapping.class).values().stream()
        .flatMap(mapping -> mapping.getHandlerMethods().entrySet().stream())
        .filter(endpoint -> AccessRule.of(endpoint.getValue()).isEmpty())
        .map(endpoint -> endpoint.getKey() + " → " + endpoint.getValue().getShortLogMessage())
        .sorted()
        .toList();
  }

  @Override
  public void afterSingletonsInstantiated() {
    List<String> undeclared = undeclaredIn(context);
    if (!undeclared.isEmpty()) {
      throw new IllegalStateException(
          "these endpoints need exactly one of @Requires and @PublicEndpoint: "
              + String.join("; ", undeclared));
    }
  }
}
