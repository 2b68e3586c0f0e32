package dev.keyledger.token;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param issuer of access tokens, who is their audience too
 * @param instance names this process's life in acknowledgements and usage; made up when absent
 * @param environmentsByHost hosts that take one environment's credentials alone, without their port
 * @param usage how often last use is published
 */
@ConfigurationProperties("keyledger")
public record TokenServiceSettings(
    @DefaultValue("http://localhost:8080") String issuer,
    @Nullable String instance,
    @DefaultValue Map<String, String> environmentsByHost,
    @DefaultValue Usage usage) {

  public record Usage(@DefaultValue("PT1M") Duration interval) {}

  public TokenServiceSettings {
    if (instance == null || instance.isBlank()) {
      instance = "token-service-" + UuidCreator.getTimeOrderedEpoch();
    }
    environmentsByHost = Map.copyOf(environmentsByHost);
  }

  /** Never absent: see the constructor. */
  public String instanceName() {
    return java.util.Objects.requireNonNull(instance);
  }
}
