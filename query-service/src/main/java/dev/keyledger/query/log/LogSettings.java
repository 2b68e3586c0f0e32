package dev.keyledger.query.log;

import dev.keyledger.kit.log.NoteVerifier;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param name what the logs' names begin with: the platform's base URL without its scheme. It must
 *     never change: who checks knows a log by its name
 * @param checkpointInterval how long at least between two rounds of signing, 100 ms to a minute
 * @param witnesses who is asked to cosign checkpoints, at most 16
 * @param requiredWitnesses how many of them must have cosigned a checkpoint before it is given to
 *     anybody
 */
@ConfigurationProperties("keyledger.log")
record LogSettings(
    @DefaultValue("localhost:8080") String name,
    @DefaultValue("1s") Duration checkpointInterval,
    @DefaultValue List<KnownWitness> witnesses,
    @DefaultValue("0") int requiredWitnesses) {
  private static final int MOST_WITNESSES = 16;

  /**
   * @param key its verifier key (C2SP {@code signed-note})
   * @param url what {@code /add-checkpoint} comes behind
   */
  record KnownWitness(String key, URI url) {
    KnownWitness {
      String path = url.getPath();
      boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
      if (!web || url.getHost() == null || url.getUserInfo() != null || path.endsWith("/")) {
        throw new IllegalArgumentException(
            "keyledger.log.witnesses.url: an http or https URL without a slash at its end");
      }
      if (!verifierOf(key).isWitness()) {
        throw new IllegalArgumentException(
            "keyledger.log.witnesses.key: the key of a witness, not of a log");
      }
    }

    NoteVerifier verifier() {
      return verifierOf(key);
    }

    private static NoteVerifier verifierOf(String key) {
      try {
        return NoteVerifier.parse(key);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("keyledger.log.witnesses.key: " + e.getMessage(), e);
      }
    }
  }

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
    if (witnesses.size() > MOST_WITNESSES
        || witnesses.stream().map(KnownWitness::key).distinct().count() < witnesses.size()) {
      throw new IllegalArgumentException(
          "keyledger.log.witnesses: at most " + MOST_WITNESSES + ", each once");
    }
    if (requiredWitnesses < 0 || requiredWitnesses > witnesses.size()) {
      throw new IllegalArgumentException(
          "keyledger.log.required-witnesses: 0 to the number of witnesses");
    }
    witnesses = List.copyOf(witnesses);
  }
}
