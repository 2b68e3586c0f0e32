package dev.keyledger.token.enforcement.refresh;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A refresh token as it is presented.
 *
 * @param at by this process's clock
 * @param databaseTime by PostgreSQL's, read before the transaction: all replicas count a retry's
 *     time by it
 */
public record RefreshAttempt(String token, RefreshClient by, Instant at, Instant databaseTime) {

  /**
   * Whether what was answered then is still answered again. That it isn't ends a family, for ever,
   * so both clocks have to say so.
   *
   * @param interval by policy; {@code null} for never
   */
  boolean isWithin(@Nullable Duration interval, Instant answeredAt) {
    Instant earlier = at.isBefore(databaseTime) ? at : databaseTime;
    return interval != null && earlier.isBefore(answeredAt.plus(interval));
  }

  @Override
  public String toString() {
    return "[refresh token]";
  }
}
