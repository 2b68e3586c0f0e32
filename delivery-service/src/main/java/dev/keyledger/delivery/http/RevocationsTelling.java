package dev.keyledger.delivery.http;

import dev.keyledger.delivery.feed.Feed;
import dev.keyledger.delivery.feed.FeedCursor;
import dev.keyledger.delivery.feed.FeedEntry;
import dev.keyledger.delivery.feed.FeedPage;
import dev.keyledger.delivery.feed.Waiters;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a follower what has ended or changed. */
final class RevocationsTelling implements Telling {
  private static final int AT_ONCE = 200;

  private final Feed feed;
  private final Follower follower;
  private final boolean named;
  private final Set<String> acknowledged = new HashSet<>();
  private @Nullable FeedCursor cursor;
  private Feed.@Nullable Reading last;

  /**
   * @param named whether it is in receipts: then its heartbeats say nothing of how fresh it is
   * @param after where it goes on; {@code null} for all that is held
   */
  RevocationsTelling(Feed feed, Follower follower, boolean named, @Nullable FeedCursor after) {
    this.feed = feed;
    this.follower = follower;
    this.named = named;
    this.cursor = after;
  }

  @Override
  public Waiters.Waiter join() {
    return feed.join(follower.scope());
  }

  @Override
  public boolean tell(EventStreamText out) throws IOException {
    Feed.Reading reading = feed.read(follower.scope(), cursor, AT_ONCE).orElse(null);
    last = reading;
    if (reading == null) {
      return false;
    }
    tell(reading.page(), out);
    return reading.page().more();
  }

  private void tell(FeedPage page, EventStreamText out) throws IOException {
    if (page.reset()) {
      // Its place is that of what follows: whoever breaks off here is told of it once more.
      out.event("reset", null, "{}");
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
      out.event(name, left == 0 ? next.toString() : null, entry.json());
    }
    if (!page.more()) {
      // Behind what it is about, which a page that follows might tell.
      for (String record : page.acknowledged()) {
        if (acknowledged.add(record)) {
          out.event("acknowledged", null, "{\"record\":\"" + record + "\"}");
        }
      }
    }
    cursor = next;
  }

  @Override
  public void beat(EventStreamText out) throws IOException {
    Feed.Reading reading = last;
    if (named || reading == null || reading.page().more()) {
      // A sign of life, and no more: what it has been told isn't all that there is; and no receipt
      // waits for what a follower with a name was told by its stream.
      out.event("heartbeat", null, "{\"fresh\":false,\"age_ms\":null}");
    } else {
      out.event(
          "heartbeat", reading.page().next().toString(), FeedText.heartbeat(feed.aged(reading)));
    }
  }
}
