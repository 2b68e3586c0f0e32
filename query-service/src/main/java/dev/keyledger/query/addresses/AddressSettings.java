package dev.keyledger.query.addresses;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param interval how long after what is shown its addresses can be searched at once, 100 ms to a
 *     day: a search that comes earlier has them indexed first
 */
@ConfigurationProperties("keyledger.history.addresses")
record AddressSettings(@DefaultValue("1s") Duration interval) {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(1);

  AddressSettings {
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "keyledger.history.addresses: interval is 100ms to 1d, for example 1s");
    }
  }
}
