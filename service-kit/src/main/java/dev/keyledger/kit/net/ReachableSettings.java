package dev.keyledger.kit.net;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param allowPrivateAddresses private networks that the operator lets tenants have called,
 *     unencrypted too: CIDRs or addresses, as a list or separated by commas
 */
@ConfigurationProperties("keyledger.subscriptions")
public record ReachableSettings(@DefaultValue List<String> allowPrivateAddresses) {
  public ReachableSettings {
    allowPrivateAddresses = List.copyOf(allowPrivateAddresses);
  }

  public ReachableAddresses addresses() {
    return new ReachableAddresses(allowPrivateAddresses);
  }
}
