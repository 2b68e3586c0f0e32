package dev.keyledger.subscriber.starter;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param issuer of access tokens, who is their audience too
 * @param maxStaleness how old the view of revocations may be that a token is accepted by
 */
@ConfigurationProperties("keyledger")
record SubscriberSettings(
    @DefaultValue("http://localhost:8080") String issuer,
    @DefaultValue("PT2S") Duration maxStaleness,
    @DefaultValue TokenService tokenService,
    @DefaultValue Subscriber subscriber) {

  /**
   * @param url of token-service: its JWK set and introspection
   */
  record TokenService(@DefaultValue("http://localhost:8083") URI url) {}

  /**
   * @param apiKey of this service, where it isn't one of the platform's own
   * @param name by which this service shows itself; its application name by default
   * @param revocations how they are followed
   * @param longestTokenLifetime how far back revocations are read; a token that lives longer is
   *     always asked about
   * @param timeout of one question to token-service
   */
  record Subscriber(
      @Nullable String apiKey,
      @Nullable String name,
      @DefaultValue("kafka") Channel revocations,
      @DefaultValue("PT24H") Duration longestTokenLifetime,
      @DefaultValue("PT2S") Duration timeout) {
    enum Channel {
      KAFKA,
      /** Not at all: token-service is asked about every credential. */
      NONE
    }

    @Override
    public String toString() {
      return "[subscriber settings]";
    }
  }
}
