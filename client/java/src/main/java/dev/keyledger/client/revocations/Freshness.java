package dev.keyledger.client.revocations;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether something can be relied on: for a bounded time, counted from the instant at which the
 * last question was <em>asked</em> whose answer has been applied.
 */
public final class Freshness {
  private static final long LONG_AGO = Duration.ofDays(1).toNanos();

  private final long maximumNanos;
  private final LongSupplier nanoTime;
  private boolean confirmed;
  private volatile boolean everConfirmed;
  // Written under the lock, read without one. Before the first, and after a lapse, long ago.
  private volatile long confirmedAskedAt;

  /**
   * @param maximumStaleness how old the last confirmed question may be
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public Freshness(Duration maximumStaleness, LongSupplier nanoTime) {
    this.maximumNanos = maximumStaleness.toNanos();
    this.nanoTime = nanoTime;
    this.confirmedAskedAt = longAgo();
  }

  private long longAgo() {
    return nanoTime.getAsLong() - Math.max(LONG_AGO, maximumNanos);
  }

  /**
   * All up to the end that a question asked for has been applied.
   *
   * @param askedAt by the same monotonic time, before the question was sent
   */
  public synchronized void confirm(long askedAt) {
    if (!confirmed || askedAt - confirmedAskedAt > 0) {
      confirmedAskedAt = askedAt;
      confirmed = true;
      everConfirmed = true;
    }
  }

  /** What was confirmed until now counts no more. */
  public synchronized void lapse() {
    confirmed = false;
    confirmedAskedAt = longAgo();
  }

  public boolean isFresh() {
    return ageNanos() < maximumNanos;
  }

  /** Since the last confirmed question was asked; a day or more where there is none. */
  public long ageNanos() {
    // The clock is read last, so that the instant can't lie after it.
    long askedAt = confirmedAskedAt;
    return nanoTime.getAsLong() - askedAt;
  }

  /** Whether it has ever been fresh: a view that hasn't holds too little to be asked at all. */
  public boolean wasEverFresh() {
    return everConfirmed;
  }
}
