package dev.keyledger.token.enforcement.refresh;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code keyledger.key-refresh.*}: how much of one key's refresh families there is.
 *
 * @param families of one key, ended ones too; the oldest beyond is forgotten
 * @param refreshes of one family whose dead tokens are remembered; one beyond ends it
 */
@ConfigurationProperties("keyledger.key-refresh")
public record KeyRefreshSettings(
    @DefaultValue("100") int families, @DefaultValue("5000") int refreshes) {
  public KeyRefreshSettings {
    if (families < 1 || refreshes < 1) {
      throw new IllegalArgumentException("keyledger.key-refresh: both are positive");
    }
  }
}
