package dev.keyledger.kit.api;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;

/** Every service of the platform tells the same of the API, whichever part of it is its own. */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty(name = "keyledger.web-conventions", matchIfMissing = true)
public class ApiDescriptionAutoConfiguration {

  @Bean
  ProblemCatalogue problemCatalogue() {
    return new ProblemCatalogue();
  }

  @Bean
  ApiDescription apiDescription(ProblemCatalogue problems) {
    return new ApiDescription(problems);
  }

  /**
   * @param issuer the base URL under which clients see the API
   */
  @Bean
  ApiDescriptionController apiDescriptionController(
      ProblemCatalogue problems,
      ApiDescription description,
      @Value("${keyledger.issuer:http://localhost:8080}") String issuer) {
    return new ApiDescriptionController(problems, description, issuer);
  }
}
