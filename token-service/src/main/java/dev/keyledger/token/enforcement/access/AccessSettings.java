package dev.keyledger.token.enforcement.access;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param maxStaleness how old the view may be while this replica still says yes
 * @param access how it is read
 */
@ConfigurationProperties("keyledger")
public record AccessSettings(
    @DefaultValue("PT2S") Duration maxStaleness, @DefaultValue Access access) {

  /**
   * @param longestTokenLifetime no access token lives longer, whatever a policy says
   * @param margin beyond it, how much further back revocations are read at a start: for clocks that
   *     differ
   * @param readers threads that read the topics, at least 1
   */
  public record Access(
      @DefaultValue("PT24H") Duration longestTokenLifetime,
      @DefaultValue("PT1H") Duration margin,
      @DefaultValue("2") int readers) {
    public Duration revocationsHorizon() {
      return longestTokenLifetime.plus(margin);
    }
  }

  public AccessSettings {
    if (maxStaleness.isNegative() || maxStaleness.isZero()) {
      throw new IllegalArgumentException("keyledger.max-staleness has to be longer than nothing");
    }
    if (access.readers() < 1) {
      throw new IllegalArgumentException("keyledger.access.readers has to be at least 1");
    }
  }
}
