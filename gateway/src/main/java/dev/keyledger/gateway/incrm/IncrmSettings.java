package dev.keyledger.gateway.incrm;

import java.util.List;
import java.util.regex.Pattern;
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
  record Incrm(@DefaultValue List<String> origins) {
    // Written otherwise it matches no page, but for "null", which any sandboxed frame sends.
    private static final Pattern ORIGIN =
        Pattern.compile("https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\\[[0-9a-f:]+](:[0-9]{1,5})?");

    /**
     * @throws IllegalArgumentException naming an entry of another form
     */
    Incrm {
      for (String origin : origins) {
        if (!ORIGIN.matcher(origin).matches()) {
          throw new IllegalArgumentException(
              "keyledger.gateway.incrm.origins takes entries like https://app.example, not "
                  + origin);
        }
      }
    }
  }
}
