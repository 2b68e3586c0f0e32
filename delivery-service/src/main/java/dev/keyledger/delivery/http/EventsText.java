package dev.keyledger.delivery.http;

import dev.keyledger.delivery.events.EventFeed;
import dev.keyledger.events.id.OrganizationId;
import java.util.stream.Collectors;

/** Readings of events as JSON. Events are JSON already; what else there is needs no escapes. */
final class EventsText {
  static final String NOT_FRESH = "{\"fresh\":false,\"age_ms\":null}";

  private EventsText() {}

  /** A page, as an object. */
  static String of(OrganizationId organization, EventFeed.Reading reading) {
    return "{\"organization\":\""
        + organization
        + "\",\"events\":"
        + reading.events().stream()
            .map(EventFeed.Told::json)
            .collect(Collectors.joining(",", "[", "]"))
        + ",\"next\":"
        + reading.next().after()
        + ",\"more\":"
        + reading.more()
        + ","
        + heartbeat(reading).substring(1);
  }

  /** How old what was told before may be. */
  static String heartbeat(EventFeed.Reading reading) {
    return "{\"fresh\":" + reading.fresh() + ",\"age_ms\":" + FeedText.millis(reading.age()) + "}";
  }
}
