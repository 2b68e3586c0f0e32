package dev.keyledger.kit.database;

import java.time.Instant;

/** What PostgreSQL takes for the time: the second opinion beside a process's own clock. */
@FunctionalInterface
public interface DatabaseClock {
  /**
   * @throws org.springframework.dao.DataAccessException when it has never been told and can't be
   *     asked now
   */
  Instant now();
}
