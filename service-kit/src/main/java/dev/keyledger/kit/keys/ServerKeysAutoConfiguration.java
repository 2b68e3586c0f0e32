package dev.keyledger.kit.keys;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * For the platform's own services: the keys that only servers hold, from {@code
 * keyledger.server-keys.file} or {@code keyledger.server-keys.json}. Without either there are none.
 */
@AutoConfiguration
@Conditional(ServerKeysAutoConfiguration.Configured.class)
@EnableConfigurationProperties(ServerKeysAutoConfiguration.Settings.class)
public class ServerKeysAutoConfiguration {

  /**
   * @param serverKeys where they are
   * @param demonstration whether keys that came with demonstration data are accepted
   */
  @ConfigurationProperties("keyledger")
  record Settings(@Nullable Source serverKeys, boolean demonstration) {
    /**
     * @param purposes whose keys this service needs: it keeps no others, and doesn't start without
     *     them; none for all that are given
     * @param demonstrationPurposes likewise, and only where the demonstration's keys are accepted
     */
    record Source(
        @Nullable Path file,
        @Nullable String json,
        @DefaultValue({}) Set<ServerKeys.Purpose> purposes,
        @DefaultValue({}) Set<ServerKeys.Purpose> demonstrationPurposes) {
      Set<ServerKeys.Purpose> needed(boolean demonstration) {
        var needed = new HashSet<>(purposes);
        if (demonstration && !purposes.isEmpty()) {
          needed.addAll(demonstrationPurposes);
        }
        return needed;
      }

      @Override
      public String toString() {
        return "[server keys]";
      }
    }
  }

  static final class Configured extends AnyNestedCondition {
    Configured() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnProperty("keyledger.server-keys.file")
    static class File {}

    @ConditionalOnProperty("keyledger.server-keys.json")
    static class Json {}
  }

  @Bean
  @ConditionalOnMissingBean
  ServerKeysFile serverKeys(Settings settings) {
    var source = settings.serverKeys();
    if (source == null || (source.file() == null) == (source.json() == null)) {
      throw new IllegalStateException(
          "set keyledger.server-keys.file or keyledger.server-keys.json, and not both");
    }
    Set<ServerKeys.Purpose> needed = source.needed(settings.demonstration());
    ServerKeysFile keys =
        source.file() != null
            ? ServerKeysFile.read(source.file(), needed, settings.demonstration())
            : ServerKeysFile.ofText(Objects.requireNonNull(source.json()), needed);
    if (keys.get().demonstration() && !settings.demonstration()) {
      throw new DemonstrationKeysException();
    }
    return keys;
  }

  @Bean
  ServerKeysRefresh serverKeysRefresh(ServerKeysFile keys, Settings settings) {
    return new ServerKeysRefresh(keys, settings.demonstration());
  }
}
