package dev.keyledger.token;

import java.security.SecureRandom;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Everything on the path of a request: credentials, sessions, tokens, revocation. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class TokenServiceApplication {
  // A name of its own, so that several services' files can lie on one class path.
  private static final String CONFIG_NAME = "token-service";

  public static SpringApplication application() {
    var application = new SpringApplication(TokenServiceApplication.class);
    application.setDefaultProperties(java.util.Map.of("spring.config.name", CONFIG_NAME));
    return application;
  }

  @Bean
  SecureRandom secureRandom() {
    return new SecureRandom();
  }

  static void main(String[] args) {
    application().run(args);
  }
}
