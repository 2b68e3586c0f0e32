package dev.keyledger.query.log;

import java.time.Duration;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param name what the logs' names begin with: the platform's base URL without its scheme. It must
 *     never change: who checks knows a log by its name
 * @param checkpointInterval how long at least between two rounds of signing, 100 ms to a minute
 */
@ConfigurationProperties("keyledger.log")
record LogSettings(
    @DefaultValue("localhost:8080") String name, @DefaultValue("1s") Duration checkpointInterval) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.:/_-]+[A-Za-z0-9_-]");
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  LogSettings {
    if (!NAME.matcher(name).matches() || name.contains("://")) {
      throw new IllegalArgumentException(
          "keyledger.log.name: a host, and a path where there is one, without a scheme");
    }
    if (checkpointInterval.compareTo(SHORTEST) < 0 || checkpointInterval.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("keyledger.log.checkpoint-interval: 100 ms to one minute");
    }
  }
}
