package dev.keyledger.delivery.http;

import dev.keyledger.delivery.feed.Waiters;
import java.io.IOException;

/** What one follower is told by a stream: it keeps a place, and nothing else. Of one thread. */
interface Telling {
  /** From now on that one hears of what is new. */
  Waiters.Waiter join();

  /**
   * Tells what there is by now, up to a bound.
   *
   * @return whether there is more already
   * @throws IOException once the follower has gone, or takes nothing for too long
   */
  boolean tell(EventStreamText out) throws IOException, InterruptedException;

  /** A sign of life, behind all that was told. */
  void beat(EventStreamText out) throws IOException;

  /** Where there isn't more, after how many nanoseconds it looks again by itself. */
  default long rest() {
    return Long.MAX_VALUE;
  }
}
