package dev.keyledger.delivery.http;

import dev.keyledger.delivery.feed.Waiters;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * One follower's stream, written by a thread of its own: it keeps nothing of the feed but a place
 * in it, so that a slow one costs others nothing.
 */
final class FeedStream {
  private static final Duration COME_BACK = Duration.ofSeconds(1);

  private final Telling telling;
  private final Follower follower;
  private final EventStreamText out;
  private final long heartbeat;
  private final LongSupplier nanoTime;
  private final BooleanSupplier stopping;

  /**
   * @param heartbeat between two signs of life
   * @param stopping whether it has to end as soon as it can
   */
  FeedStream(
      Telling telling,
      Follower follower,
      OutputStream out,
      Duration heartbeat,
      LongSupplier nanoTime,
      BooleanSupplier stopping) {
    this.telling = telling;
    this.follower = follower;
    this.out = new EventStreamText(out);
    this.heartbeat = heartbeat.toNanos();
    this.nanoTime = nanoTime;
    this.stopping = stopping;
  }

  /**
   * Until the follower goes, may not follow any more, or everybody has to.
   *
   * @throws IOException once the follower has gone, or takes nothing for too long
   */
  void run() throws IOException, InterruptedException {
    out.retry(COME_BACK);
    long due = nanoTime.getAsLong();
    try (Waiters.Waiter waiter = telling.join()) {
      while (!stopping.getAsBoolean()) {
        boolean more = telling.tell(out);
        long now = nanoTime.getAsLong();
        if (!more || now - due >= 0) {
          if (now - due >= 0) {
            telling.beat(out);
            due = now + heartbeat;
          }
          out.flush();
        }
        if (!follower.goesOn(now)) {
          return;
        }
        if (!more) {
          long until = Math.min(due, follower.askedNext()) - nanoTime.getAsLong();
          waiter.await(Math.min(until, telling.rest()));
        }
      }
    }
  }
}
