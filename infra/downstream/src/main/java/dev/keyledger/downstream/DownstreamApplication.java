package dev.keyledger.downstream;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * A service as any team would write it that lets Keyledger decide who may call: the starter on its
 * class path, {@code keyledger.client.api-key} set, and a rule on every endpoint.
 */
@SpringBootApplication
public class DownstreamApplication {
  public static void main(String[] args) {
    application().run(args);
  }

  static SpringApplication application() {
    var application = new SpringApplication(DownstreamApplication.class);
    application.setDefaultProperties(Map.of("spring.config.name", "downstream"));
    return application;
  }
}
