package dev.keyledger.client.revocations;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a view can be relied on: for a bounded time, counted from the instant at which the last
 * question for the topic's end was <em>asked</em> whose answer has been applied.
 */
public final class Freshness {
  private final long maximumNanos;
  private final LongSupplier nanoTime;
  private volatile boolean everConfirmed;
  private volatile long confirmedAskedAt;

  /**
   * @param maximumStaleness how old the last confirmed question may be
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public Freshness(Duration maximumStaleness, LongSupplier nanoTime) {
    this.maximumNanos = maximumStaleness.toNanos();
    this.nanoTime = nanoTime;
  }

  /**
   * All up to the end that a question asked for has been applied.
   *
   * @param askedAt by the same monotonic time, before the question was sent
   */
  public void confirm(long askedAt) {
    if (!everConfirmed || askedAt - confirmedAskedAt > 0) {
      confirmedAskedAt = askedAt;
      everConfirmed = true;
    }
  }

  public boolean isFresh() {
    return everConfirmed && nanoTime.getAsLong() - confirmedAskedAt < maximumNanos;
  }

  /** Whether it has ever been fresh: a view that hasn't holds too little to be asked at all. */
  public boolean wasEverFresh() {
    return everConfirmed;
  }
}
