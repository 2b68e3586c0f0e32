package dev.keyledger.kit.receipts;

import java.time.Duration;

/**
 * For how long somebody relies on what it was told, who may name another bound at each question:
 * for the longest that isn't over, and a tenth more, since clocks run apart. Of shorter bounds the
 * longest is kept alone, so for a while it may say too much and never too little. Not thread-safe.
 */
public final class Reliance {
  private long longestMs;
  private long longestUntil;
  private long shorterMs;
  private long shorterUntil;

  /**
   * @param boundMs milliseconds
   * @param now by the monotonic clock
   */
  public Reliance(long boundMs, long now) {
    longestMs = boundMs;
    longestUntil = now + withMargin(Duration.ofMillis(boundMs));
  }

  /** It relies on what it is told from now on. */
  public void asks(long boundMs, long now) {
    settle(now);
    if (boundMs >= longestMs) {
      longestMs = boundMs;
      longestUntil = now + withMargin(Duration.ofMillis(boundMs));
      shorterMs = 0;
    } else {
      shorterMs = Math.max(shorterMs, boundMs);
      shorterUntil = now + withMargin(Duration.ofMillis(shorterMs));
    }
  }

  /** Forgets bounds that are over. */
  public void settle(long now) {
    if (now - longestUntil > 0 && shorterMs > 0) {
      longestMs = shorterMs;
      longestUntil = shorterUntil;
      shorterMs = 0;
    }
    if (now - longestUntil > 0) {
      longestMs = 0;
    }
  }

  /** The longest that wasn't over when this was settled, in milliseconds. */
  public long longestMs() {
    return longestMs;
  }

  /** Whether it may still rely on anything. */
  public boolean lastsAt(long now) {
    return now - longestUntil <= 0 || shorterMs > 0 && now - shorterUntil <= 0;
  }

  /** In nanoseconds. */
  static long withMargin(Duration bound) {
    return bound.toNanos() + bound.toNanos() / 10;
  }
}
