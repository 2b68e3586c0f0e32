package dev.keyledger.kit.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.client.spring.EndpointAccessAutoConfiguration;
import dev.keyledger.client.spring.KeyledgerClientAutoConfiguration;
import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.client.spring.Requires;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

class UndeclaredEndpointTest {
  private final WebApplicationContextRunner runner =
      new WebApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  JacksonAutoConfiguration.class,
                  DispatcherServletAutoConfiguration.class,
                  WebMvcAutoConfiguration.class,
                  WebConventionsAutoConfiguration.class,
                  EndpointAccessAutoConfiguration.class,
                  KeyledgerClientAutoConfiguration.class))
          .withPropertyValues(
              "keyledger.client.undeclared-endpoints=refuse-to-start",
              "keyledger.client.api-key=k");

  @Test
  void aServiceWithAnEndpointWithoutARuleDoesNotStart() {
    runner
        .withUserConfiguration(Undeclared.class)
        .run(context ->
            assertThat(context)
                .getFailure()
                .hasMessageContaining("/undeclared")
                .hasMessageContaining("@Requires"));
  }

  @Test
  void norDoesOneWithTwoRules() {
    runner
        .withUserConfiguration(Twice.class)
        .run(context -> assertThat(context).getFailure().hasMessageContaining("/twice"));
  }

  @Test
  void aServiceWithoutAKeyOfItsOwnDoesNotStart() {
    runner
        .withPropertyValues("keyledger.client.api-key=")
        .run(context -> assertThat(context).hasFailed());
  }

  @Test
  void authenticationAndConventionsAreSwitchedSeparately() {
    runner
        .withPropertyValues("keyledger.client.enabled=false")
        .run(context ->
            assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean("accessConfigurer")
                .hasBean("problemAdvice"));
    runner
        .withPropertyValues("keyledger.client.undeclared-endpoints=denied")
        .withUserConfiguration(Undeclared.class)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @RestController
  static class Undeclared {
    @GetMapping("/undeclared")
    String undeclared() {
      return "";
    }
  }

  @RestController
  static class Twice {
    @GetMapping("/twice")
    @Requires("clients.read")
    @PublicEndpoint(because = "nobody can tell")
    String twice() {
      return "";
    }
  }
}
