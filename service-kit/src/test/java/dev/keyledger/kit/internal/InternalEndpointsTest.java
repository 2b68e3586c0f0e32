package dev.keyledger.kit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.client.spring.EndpointAccessAutoConfiguration;
import dev.keyledger.client.spring.KeyledgerClientAutoConfiguration;
import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.keys.ServerKeySuccession;
import dev.keyledger.kit.keys.ServerKeysAutoConfiguration;
import dev.keyledger.kit.web.WebConventionsAutoConfiguration;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

class InternalEndpointsTest {
  private final WebApplicationContextRunner runner =
      new WebApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  JacksonAutoConfiguration.class,
                  DispatcherServletAutoConfiguration.class,
                  WebMvcAutoConfiguration.class,
                  WebConventionsAutoConfiguration.class,
                  EndpointAccessAutoConfiguration.class,
                  ServerKeysAutoConfiguration.class,
                  InternalCallsAutoConfiguration.class,
                  KeyledgerClientAutoConfiguration.class))
          .withPropertyValues(
              "spring.application.name=token-service",
              "keyledger.client.undeclared-endpoints=refuse-to-start",
              "keyledger.server-keys.json="
                  + new String(
                      EventCodec.encode(new ServerKeySuccession(new SecureRandom()).fresh(false)),
                      StandardCharsets.UTF_8));

  @Test
  void anInternalEndpointWithItsCallersIsAllThatIsAskedFor() {
    runner
        .withUserConfiguration(Listed.class)
        .run(context ->
            assertThat(InternalEndpoints.in(context))
                .isEqualTo(
                    Map.of("POST /internal/v1/listed", Set.of(ServicePair.COMMAND_TO_TOKEN))));
  }

  @Test
  void aServiceWithAnInternalEndpointThatListsNobodyDoesNotStart() {
    for (Class<?> amiss : Set.of(Open.class, ForNobody.class, Elsewhere.class)) {
      runner
          .withUserConfiguration(amiss)
          .run(context ->
              assertThat(context)
                  .as(amiss.getSimpleName())
                  .getFailure()
                  .hasMessageContaining("@InternalEndpoint"));
    }
  }

  @RestController
  static class Listed {
    @PostMapping("/internal/v1/listed")
    @InternalEndpoint(ServicePair.COMMAND_TO_TOKEN)
    String listed() {
      return "";
    }
  }

  @RestController
  static class Open {
    @PostMapping("/internal/v1/open")
    @PublicEndpoint(because = "somebody forgot")
    String open() {
      return "";
    }
  }

  @RestController
  static class ForNobody {
    @PostMapping("/internal/v1/nobody")
    @InternalEndpoint({})
    String forNobody() {
      return "";
    }
  }

  /** The gateway would route the world there. */
  @RestController
  static class Elsewhere {
    @PostMapping("/v1/elsewhere")
    @InternalEndpoint(ServicePair.COMMAND_TO_TOKEN)
    String elsewhere() {
      return "";
    }
  }
}
