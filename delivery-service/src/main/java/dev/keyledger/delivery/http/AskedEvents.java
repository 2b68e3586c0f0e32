package dev.keyledger.delivery.http;

import dev.keyledger.delivery.events.EventFeed;
import dev.keyledger.delivery.events.EventFeed.Place;
import dev.keyledger.delivery.events.EventFeed.Reading;
import dev.keyledger.delivery.events.EventFilter;
import dev.keyledger.delivery.feed.Waiters;
import dev.keyledger.events.id.OrganizationId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A page of an organisation's events, which may have to be waited for. Of one thread. */
final class AskedEvents implements FeedStreams.Asked<Reading> {
  private static final int BYTES = 256 * 1024;
  private static final long SHORTLY = Duration.ofMillis(100).toNanos();
  private static final long A_WHILE = Duration.ofMillis(500).toNanos();

  private final EventFeed events;
  private final OrganizationId organization;
  private final EventFilter filter;
  private final int atMost;
  private Place place;
  private @Nullable Reading last;

  AskedEvents(
      EventFeed events, OrganizationId organization, Place place, EventFilter filter, int atMost) {
    this.events = events;
    this.organization = organization;
    this.place = place;
    this.filter = filter;
    this.atMost = atMost;
  }

  @Override
  public Waiters.Waiter join() {
    return events.join(organization);
  }

  @Override
  public Reading read() {
    Reading reading =
        events
            .read(organization, place, filter, atMost, BYTES)
            .orElseThrow(EventStreamController::noSuchOrganization);
    place = reading.next();
    last = reading;
    return reading;
  }

  @Override
  public boolean isNews(Reading reading) {
    return !reading.events().isEmpty() || reading.more();
  }

  @Override
  public long rest() {
    return rest(last);
  }

  /** How long it is worth waiting to be woken: what history has nobody tells when it comes. */
  static long rest(@Nullable Reading reading) {
    if (reading != null && reading.age() != null) {
      return Long.MAX_VALUE;
    }
    return reading != null && reading.soon() ? SHORTLY : A_WHILE;
  }
}
