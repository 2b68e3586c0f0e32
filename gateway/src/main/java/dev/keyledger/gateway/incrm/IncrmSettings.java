package dev.keyledger.gateway.incrm;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param issuer the base URL under which clients see the gateway
 */
@ConfigurationProperties("keyledger")
record IncrmSettings(
    @DefaultValue("http://localhost:8080") String issuer, @DefaultValue Gateway gateway) {
  record Gateway(@DefaultValue Incrm incrm) {}

  /**
   * @param origins of pages that people sign in from, each as browsers write it: {@code
   *     https://app.example}
   */
  record Incrm(@DefaultValue List<String> origins) {}
}
