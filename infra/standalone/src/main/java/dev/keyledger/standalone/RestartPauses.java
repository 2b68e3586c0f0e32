package dev.keyledger.standalone;

import java.time.Duration;

/**
 * How long to wait before a service that died is started again: from one second, twice as long each
 * time, up to a minute; from one second again when it has run for five minutes.
 */
final class RestartPauses {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final Duration STEADY = Duration.ofMinutes(5);

  private Duration next = SHORTEST;

  /**
   * @param ran how long the process that died had run
   */
  Duration after(Duration ran) {
    Duration pause = ran.compareTo(STEADY) < 0 ? next : SHORTEST;
    Duration doubled = pause.multipliedBy(2);
    next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    return pause;
  }
}
