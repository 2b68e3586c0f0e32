package dev.keyledger.delivery;

import dev.keyledger.kit.kafka.KafkaSettings;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Tells followers what has ended, as it ends, and never waits for one of them. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableConfigurationProperties(KafkaSettings.class)
public class DeliveryServiceApplication {
  public static void main(String[] arguments) {
    application().run(arguments);
  }

  /** The application with its own name for its settings, so that services share a class path. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(DeliveryServiceApplication.class)
        .properties("spring.config.name=delivery-service");
  }
}
