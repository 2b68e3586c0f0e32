package dev.keyledger.delivery.http;

import dev.keyledger.delivery.events.EventFeed;
import dev.keyledger.delivery.events.EventFeed.Place;
import dev.keyledger.delivery.events.EventFilter;
import dev.keyledger.delivery.events.HistoryAwayException;
import dev.keyledger.delivery.feed.Feed;
import dev.keyledger.delivery.feed.FeedCursor;
import dev.keyledger.delivery.feed.Waiters;
import dev.keyledger.events.id.OrganizationId;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a follower an organisation's events, and hears of what has ended, as that may be theirs.
 */
final class EventsTelling implements Telling {
  private static final Logger log = LoggerFactory.getLogger(EventsTelling.class);
  private static final int AT_ONCE = 200;

  /** What a stream that is behind holds of history: there are as many as there is heap for. */
  private static final int BYTES = 32 * 1024;

  private final EventFeed events;
  private final Feed ended;
  private final Follower follower;
  private final OrganizationId organization;
  private final EventFilter filter;
  private @Nullable Place place;
  private @Nullable FeedCursor heard;
  private EventFeed.@Nullable Reading last;

  /**
   * @param ended of what has ended
   * @param after the position behind which it begins; {@code null} for the newest, which is told
   */
  EventsTelling(
      EventFeed events,
      Feed ended,
      Follower follower,
      OrganizationId organization,
      EventFilter filter,
      @Nullable Long after) {
    this.events = events;
    this.ended = ended;
    this.follower = follower;
    this.organization = organization;
    this.filter = filter;
    this.place = after == null ? null : Place.behind(after);
    this.heard = ended.end(follower.scope()).orElse(null);
    // What came between who it is was found out and here.
    follower.mayHaveMissed();
  }

  @Override
  public Waiters.Waiter join() {
    return ended.join(follower.scope(), events.join(organization));
  }

  @Override
  public boolean tell(EventStreamText out) throws IOException {
    hear();
    last = null;
    if (follower.hasEnded()) {
      return false;
    }
    try {
      Place from = place == null ? begin(out) : place;
      if (from == null) {
        return false;
      }
      Optional<EventFeed.Reading> read = events.read(organization, from, filter, AT_ONCE, BYTES);
      if (read.isEmpty()) {
        return false;
      }
      EventFeed.Reading reading = read.get();
      for (EventFeed.Told one : reading.events()) {
        out.event("event", String.valueOf(one.event().position()), one.json());
      }
      place = reading.next();
      last = reading;
      return reading.more() || reading.soon() && !reading.events().isEmpty();
    } catch (HistoryAwayException e) {
      log.debug("history can't be told just now: {}", e.getMessage());
      return false;
    }
  }

  /** The newest position, from which on it is told what happens. */
  private @Nullable Place begin(EventStreamText out) throws IOException {
    Long head = events.head(organization).orElse(null);
    if (head == null) {
      return null;
    }
    out.event("snapshot", String.valueOf(head), "{\"position\":" + head + "}");
    place = Place.behind(head);
    return place;
  }

  private void hear() {
    boolean more = true;
    while (more) {
      Feed.Reading reading = ended.read(follower.scope(), heard, AT_ONCE).orElse(null);
      if (reading == null) {
        return;
      }
      reading.page().entries().forEach(follower::hears);
      heard = reading.page().next();
      more = reading.page().more();
    }
  }

  @Override
  public void beat(EventStreamText out) throws IOException {
    Place told = place;
    String id = told == null || told.after() < 0 ? null : String.valueOf(told.after());
    EventFeed.Reading reading = last;
    if (reading == null || reading.more()) {
      out.event("heartbeat", id, EventsText.NOT_FRESH);
    } else {
      out.event("heartbeat", id, EventsText.heartbeat(events.aged(reading)));
    }
  }

  @Override
  public long rest() {
    return AskedEvents.rest(last);
  }
}
