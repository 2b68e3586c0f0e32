package dev.keyledger.command.receipts;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param kept for how long the receipt of a key's last end can be asked for, an hour at least
 */
@ConfigurationProperties("keyledger.receipts")
record ReceiptSettings(@DefaultValue("90d") Duration kept) {
  ReceiptSettings {
    if (kept.compareTo(Duration.ofHours(1)) < 0) {
      throw new IllegalArgumentException("keyledger.receipts.kept is less than an hour");
    }
  }
}
