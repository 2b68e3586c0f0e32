package dev.keyledger.command;

import dev.keyledger.command.policy.Presets;
import java.security.SecureRandom;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;

/** Decides. See the settings in {@code command-service.yml}. */
@SpringBootApplication
public class CommandServiceApplication {
  public static void main(String[] arguments) {
    application().run(arguments);
  }

  /** The application with its own name for its settings, so that services share a class path. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(CommandServiceApplication.class)
        .properties("spring.config.name=command-service");
  }

  @Bean
  SecureRandom secureRandom() {
    return new SecureRandom();
  }

  @Bean
  Presets presets() {
    return new Presets();
  }
}
