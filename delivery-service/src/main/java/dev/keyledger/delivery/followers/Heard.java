package dev.keyledger.delivery.followers;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether receipts wait for what this replica says of its followers: they do for a bounded time
 * after the broker has taken a record of it. After a silence nothing counts that was known before,
 * since receipts may not have waited. Guarded by itself.
 */
final class Heard {
  private final long bound;
  private final LongSupplier nanoTime;
  private boolean ever;
  private long heardAt;
  private long since;

  Heard(Duration bound, LongSupplier nanoTime) {
    this.bound = bound.toNanos();
    this.nanoTime = nanoTime;
  }

  /**
   * @param sentAt when a record was sent that the broker has since taken
   */
  synchronized void confirmed(long sentAt) {
    long now = nanoTime.getAsLong();
    if (!ever || now - heardAt >= bound) {
      since = now;
    }
    if (!ever || sentAt - heardAt > 0) {
      heardAt = sentAt;
    }
    ever = true;
  }

  /**
   * Whether followers may be told that they know all up to an instant.
   *
   * @param knownAt by the monotonic clock
   */
  synchronized boolean countsWhatIsKnownAt(long knownAt) {
    return ever && nanoTime.getAsLong() - heardAt < bound && knownAt - since >= 0;
  }
}
