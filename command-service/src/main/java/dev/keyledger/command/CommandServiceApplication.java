package dev.keyledger.command;

import dev.keyledger.command.policy.Presets;
import dev.keyledger.kit.net.ReachableAddresses;
import dev.keyledger.kit.net.ReachableSettings;
import java.security.SecureRandom;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Decides. See the settings in {@code command-service.yml}. */
@SpringBootApplication
@EnableConfigurationProperties(ReachableSettings.class)
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

  /** Whom subscriptions may name, as far as a URL's text says so. */
  @Bean
  ReachableAddresses reachableAddresses(ReachableSettings settings) {
    return settings.addresses();
  }

  @Bean
  Presets presets() {
    return new Presets();
  }
}
