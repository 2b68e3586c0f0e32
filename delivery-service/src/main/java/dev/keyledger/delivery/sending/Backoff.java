package dev.keyledger.delivery.sending;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How long is waited after failures in a row; by a fifth more or less, so that not all come at
 * once.
 */
public final class Backoff {
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofMinutes(10),
          Duration.ofMinutes(30),
          Duration.ofHours(1),
          Duration.ofHours(2),
          Duration.ofHours(4));

  /** The longest that a receiver is left alone that has failed so often, or that asks for it. */
  public static final Duration LONGEST_REST = Duration.ofHours(1);

  private static final double SPREAD = 0.2;

  private final RandomGenerator random;

  public Backoff(RandomGenerator random) {
    this.random = random;
  }

  /**
   * @param failures at least 1
   */
  public Duration after(int failures) {
    Duration pause = PAUSES.get(Math.min(failures, PAUSES.size()) - 1);
    double factor = 1 - SPREAD + 2 * SPREAD * random.nextDouble();
    return Duration.ofMillis((long) (pause.toMillis() * factor));
  }
}
