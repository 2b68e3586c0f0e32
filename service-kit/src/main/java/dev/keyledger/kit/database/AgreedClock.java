package dev.keyledger.kit.database;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The earlier of two clocks, this process's and the database's: by it goes whatever can't be
 * undone, so that no single clock that is ahead ends or forgets anything before its time.
 */
public final class AgreedClock {
  private final Clock own;
  private final DatabaseClock database;

  public AgreedClock(Clock own, DatabaseClock database) {
    this.own = own;
    this.database = database;
  }

  /**
   * @throws org.springframework.dao.DataAccessException as {@link DatabaseClock#now} does
   */
  public Instant instant() {
    Instant here = own.instant();
    Instant there = database.now();
    return here.isBefore(there) ? here : there;
  }

  /** By how much this process's clock is ahead of the database's; negative when it is behind. */
  public Duration ahead() {
    return Duration.between(database.now(), own.instant());
  }
}
