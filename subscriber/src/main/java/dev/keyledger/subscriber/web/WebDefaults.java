package dev.keyledger.subscriber.web;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Defaults of Spring Boot that the conventions need otherwise; any setting of a service's wins. */
final class WebDefaults implements EnvironmentPostProcessor, Ordered {
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          // Tomcat closes a connection after 100 requests unless told otherwise.
          "server.tomcat.max-keep-alive-requests", "-1",
          // Forms are read by the server itself, past our filter.
          "server.tomcat.max-http-form-post-size", "64KB",
          // The client's address is decided by TrustedProxies, from the right, and nowhere else.
          "server.forward-headers-strategy", "none",
          "server.servlet.encoding.force-response", "false",
          "server.shutdown", "graceful",
          "spring.lifecycle.timeout-per-shutdown-phase", "10s",
          // No static files: an unknown path is 404 as problem details.
          "spring.web.resources.add-mappings", "false",
          "spring.mvc.problemdetails.enabled", "false",
          "spring.mvc.log-resolved-exception", "false",
          "spring.main.banner-mode", "off");

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    environment.getPropertySources().addLast(new MapPropertySource("keyledger-defaults", DEFAULTS));
  }

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }
}
