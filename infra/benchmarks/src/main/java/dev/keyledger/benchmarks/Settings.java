package dev.keyledger.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long and how often.
 *
 * @param home root of the built project
 * @param rounds at most
 * @param budget after which a benchmark begins no further round
 * @param roundMillis of one side of one round, where a round is measured by time
 * @param events of a benchmark whose size can be said
 * @param keep folder in which the clusters of history and history-one are kept, or found; {@code
 *     null} where nothing is left behind
 * @param warmUp of a service under load before anything counts
 */
record Settings(
    Path home,
    int rounds,
    Duration budget,
    long roundMillis,
    Duration warmUp,
    long events,
    @Nullable Path keep,
    boolean quick) {

  static Settings full(Path home, int rounds, Duration budget, long events, @Nullable Path keep) {
    return new Settings(home, rounds, budget, 5_000, Duration.ofSeconds(30), events, keep, false);
  }

  /** Only shows that everything runs: its numbers mean nothing. */
  static Settings quick(Path home) {
    return new Settings(
        home, 1, Duration.ofSeconds(10), 2_000, Duration.ofSeconds(6), 20_000, null, true);
  }
}
