package dev.keyledger.token.identity.mail;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code keyledger.mail.*}. Where the transport is {@code smtp}, {@code spring.mail.*} says how the
 * server is reached.
 *
 * @param from the one address that letters come from
 * @param baseUrl of the pages that links lead to; without a query or a fragment
 * @param folder of the transport {@code folder}
 * @param tries after how many failures a letter is given up
 * @param firstPause after the first failure; each further one doubles it
 * @param longestPause where doubling ends
 * @param perAddress how many letters that others ask for go to one address within {@code window}
 * @param perNetwork how many resets one network may ask for within {@code window}
 * @param window of both
 */
@ConfigurationProperties("keyledger.mail")
public record MailSettings(
    @DefaultValue("none") Transport transport,
    @Nullable String from,
    @Nullable URI baseUrl,
    @Nullable Path folder,
    @DefaultValue("12") int tries,
    @DefaultValue("PT5S") Duration firstPause,
    @DefaultValue("PT1H") Duration longestPause,
    @DefaultValue("5") int perAddress,
    @DefaultValue("30") int perNetwork,
    @DefaultValue("PT1H") Duration window) {
  /** What takes letters. */
  public enum Transport {
    NONE,
    SMTP,
    FOLDER
  }

  public MailSettings {
    if (tries < 1
        || !firstPause.isPositive()
        || longestPause.compareTo(firstPause) < 0
        || perAddress < 1
        || perNetwork < 1
        || !window.isPositive()) {
      throw new IllegalArgumentException(
          "keyledger.mail: all bounds are positive, the longest pause is not below the first");
    }
    if (transport != Transport.NONE && (from == null || baseUrl == null)) {
      throw new IllegalArgumentException(
          "keyledger.mail: with a transport, from and base-url have to be set");
    }
    if (baseUrl != null
        && (baseUrl.getHost() == null
            || baseUrl.getRawQuery() != null
            || baseUrl.getRawFragment() != null)) {
      throw new IllegalArgumentException(
          "keyledger.mail.base-url: expected a whole URL without query and fragment");
    }
    if (transport == Transport.FOLDER && folder == null) {
      throw new IllegalArgumentException("keyledger.mail.folder has to be set");
    }
  }
}
