package dev.keyledger.delivery.http;

import dev.keyledger.delivery.feed.Feed;
import dev.keyledger.delivery.feed.FeedCursor;
import dev.keyledger.delivery.feed.FeedEntry;
import dev.keyledger.delivery.feed.FeedPage;
import dev.keyledger.delivery.feed.Waiters;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One follower's stream of events (HTML, section 9.2), written by a thread of its own: it keeps
 * nothing of the feed but a place in it, so that a slow one costs others nothing.
 */
final class FeedStream {
  private static final int AT_ONCE = 200;

  private final Feed feed;
  private final Follower follower;
  private final boolean named;
  private final OutputStream out;
  private final long heartbeat;
  private final LongSupplier nanoTime;
  private final BooleanSupplier stopping;
  private final Set<String> acknowledged = new HashSet<>();
  private @Nullable FeedCursor cursor;

  /**
   * @param named whether it is in receipts: then its heartbeats say nothing of how fresh it is
   * @param after where it goes on; {@code null} for all that is held
   * @param heartbeat between two signs of life
   * @param stopping whether it has to end as soon as it can
   */
  FeedStream(
      Feed feed,
      Follower follower,
      boolean named,
      @Nullable FeedCursor after,
      OutputStream out,
      Duration heartbeat,
      LongSupplier nanoTime,
      BooleanSupplier stopping) {
    this.feed = feed;
    this.follower = follower;
    this.named = named;
    this.cursor = after;
    this.out = out;
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
    // A client that loses the connection comes back in a second.
    write("retry: 1000\n\n");
    long due = nanoTime.getAsLong();
    boolean more = true;
    try (Waiters.Waiter waiter = feed.join(follower.scope())) {
      while (!stopping.getAsBoolean()) {
        Feed.Reading reading = feed.read(follower.scope(), cursor, AT_ONCE).orElse(null);
        if (reading == null) {
          more = false;
        } else {
          tell(reading.page());
          more = reading.page().more();
        }
        long now = nanoTime.getAsLong();
        if (!more || now - due >= 0) {
          if (now - due >= 0) {
            beat(reading);
            due = now + heartbeat;
          }
          out.flush();
        }
        if (!follower.goesOn(now)) {
          return;
        }
        if (!more) {
          waiter.await(Math.min(due, follower.askedNext()) - nanoTime.getAsLong());
        }
      }
    }
  }

  private void tell(FeedPage page) throws IOException {
    if (page.reset()) {
      // Its place is that of what follows: whoever breaks off here is told of it once more.
      event("reset", null, "{}");
      acknowledged.clear();
    }
    FeedCursor next = page.next();
    int left = page.entries().size();
    for (FeedEntry entry : page.entries()) {
      left--;
      follower.hears(entry);
      // Whoever breaks off within a page is told it once more: the place behind it is the last's.
      String name =
          switch (entry.kind()) {
            case REVOCATION -> "revocation";
            case UNREADABLE -> "unreadable";
          };
      event(name, left == 0 ? next : null, entry.json());
    }
    if (!page.more()) {
      // Behind what it is about, which a page that follows might tell.
      for (String record : page.acknowledged()) {
        if (acknowledged.add(record)) {
          event("acknowledged", null, "{\"record\":\"" + record + "\"}");
        }
      }
    }
    cursor = next;
  }

  private void beat(Feed.@Nullable Reading reading) throws IOException {
    if (named || reading == null || reading.page().more()) {
      // A sign of life, and no more: what it has been told isn't all that there is; and no receipt
      // waits for what a follower with a name was told by its stream.
      write("event: heartbeat\ndata: {\"fresh\":false,\"age_ms\":null}\n\n");
    } else {
      event("heartbeat", reading.page().next(), FeedText.heartbeat(feed.aged(reading)));
    }
  }

  private void event(String name, @Nullable FeedCursor id, String data) throws IOException {
    write((id == null ? "" : "id: " + id + "\n") + "event: " + name + "\ndata: " + data + "\n\n");
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
