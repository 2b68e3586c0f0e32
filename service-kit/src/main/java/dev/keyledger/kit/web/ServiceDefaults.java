package dev.keyledger.kit.web;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Defaults of Spring Boot and of the client that the conventions need otherwise; any setting of a
 * service's wins.
 */
final class ServiceDefaults implements EnvironmentPostProcessor, Ordered {
  private static final Map<String, Object> DEFAULTS =
      Map.ofEntries(
          Map.entry("keyledger.client.issuer", "${keyledger.issuer:http://localhost:8080}"),
          Map.entry("keyledger.client.url", "${keyledger.token-service.url:http://localhost:8083}"),
          Map.entry("keyledger.client.undeclared-endpoints", "refuse-to-start"),
          Map.entry("keyledger.client.health", "true"),
          // Tomcat closes a connection after 100 requests unless told otherwise.
          Map.entry("server.tomcat.max-keep-alive-requests", "-1"),
          // The gateway may open all its connections at once; beyond the queue they wait a second.
          Map.entry("server.tomcat.accept-count", "1024"),
          // What the gateway has taken, and has added to, fits into what the services take.
          Map.entry("server.max-http-request-header-size", "16KB"),
          // Forms are read by the server itself, past our filter.
          Map.entry("server.tomcat.max-http-form-post-size", "64KB"),
          // The client's address is decided by TrustedProxies, from the right, and nowhere else.
          Map.entry("server.forward-headers-strategy", "none"),
          Map.entry("server.servlet.encoding.force-response", "false"),
          Map.entry("server.shutdown", "graceful"),
          Map.entry("spring.lifecycle.timeout-per-shutdown-phase", "10s"),
          // Parts would be parsed, and fail, before an endpoint is asked; none takes any.
          Map.entry("spring.servlet.multipart.enabled", "false"),
          // No static files: an unknown path is 404 as problem details.
          Map.entry("spring.web.resources.add-mappings", "false"),
          // No client of ours sends forms by PUT, PATCH or DELETE.
          Map.entry("spring.mvc.formcontent.filter.enabled", "false"),
          Map.entry("spring.mvc.problemdetails.enabled", "false"),
          Map.entry("spring.mvc.log-resolved-exception", "false"),
          Map.entry("spring.main.banner-mode", "off"),
          // It writes the path, in which a client may have put a credential.
          Map.entry("logging.level.org.springframework.web.servlet.PageNotFound", "error"),
          // What they cannot read of a request they write: a cookie, a header, an address.
          Map.entry("logging.level.org.apache.tomcat.util.http", "warn"),
          Map.entry("logging.level.org.apache.coyote.http11", "warn"),
          // Kafka's clients write their whole configuration to the log at every start.
          Map.entry("logging.level.org.apache.kafka", "warn"),
          // While a topic is missing they write a line for each attempt, thousands a second. Those
          // who follow it, or ask for its end, say so once.
          Map.entry(
              "logging.level.org.apache.kafka.clients.consumer.internals.FetchCollector", "error"),
          Map.entry(
              "logging.level.org.apache.kafka.clients.admin.internals.PartitionLeaderStrategy",
              "off"),
          // It is asked for each level that a library wants to know of; ours counts lines.
          Map.entry(
              "spring.autoconfigure.exclude",
              "org.springframework.boot.micrometer.metrics.autoconfigure.logging.logback"
                  + ".LogbackMetricsAutoConfiguration"),
          // In every line of a request's log; structured formats have them as fields anyway.
          Map.entry("logging.pattern.correlation", "[%X{trace_id:-} %X{request_id:-}] "),
          // A service is ready once it has caught up with revocations.
          Map.entry("management.endpoint.health.probes.enabled", "true"),
          Map.entry("management.endpoint.health.validate-group-membership", "false"),
          Map.entry(
              "management.endpoint.health.group.readiness.include", "readinessState,revocations"));

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
