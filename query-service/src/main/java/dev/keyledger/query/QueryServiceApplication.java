package dev.keyledger.query;

import dev.keyledger.kit.kafka.KafkaSettings;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Shows what the ledger has decided: views and history, folded from its events on Kafka. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableConfigurationProperties(KafkaSettings.class)
public class QueryServiceApplication {
  public static void main(String[] arguments) {
    application().run(arguments);
  }

  /** The application with its own name for its settings, so that services share a class path. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(QueryServiceApplication.class)
        .properties("spring.config.name=query-service");
  }
}
