package dev.keyledger.delivery.http;

import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Presented;
import dev.keyledger.client.spring.RequestContexts;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.delivery.DeliverySettings;
import dev.keyledger.delivery.events.EventFeed;
import dev.keyledger.delivery.events.EventFeed.Place;
import dev.keyledger.delivery.events.EventFilter;
import dev.keyledger.delivery.events.HistoryAwayException;
import dev.keyledger.delivery.feed.Feed;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.subscription.EventPattern;
import dev.keyledger.kit.text.WholeNumber;
import dev.keyledger.kit.web.Prefer;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** An organisation's events as they happen, and all that happened before from any position on. */
@RestController
@RequestMapping("/v1/organizations/{org}/events/stream")
class EventStreamController {
  private static final String NOW = "now";

  /** The place before the first event. */
  private static final String NOTHING = "-1";

  private static final long HIGHEST = 999_999_999_999_999_999L;
  private static final int MOST_PATTERNS = 50;

  /** What it tells is history: who can't be asked about is told for so long at most. */
  private static final Duration UNTOLD = Duration.ofMinutes(2);

  private final EventFeed events;
  private final Feed ended;
  private final FeedStreams streams;
  private final DeliverySettings settings;
  private final Authenticator authenticator;
  private final RequestContexts contexts;

  EventStreamController(
      EventFeed events,
      Feed ended,
      FeedStreams streams,
      DeliverySettings settings,
      Authenticator authenticator,
      RequestContexts contexts) {
    this.events = events;
    this.ended = ended;
    this.streams = streams;
    this.settings = settings;
    this.authenticator = authenticator;
    this.contexts = contexts;
  }

  /**
   * A page behind a position. With {@code Prefer: wait=N} an empty one waits up to so many seconds
   * for something to tell, and counts as a stream meanwhile. 503 {@code unavailable} where what is
   * asked for is held by history alone, which doesn't answer.
   *
   * @param org its id, or the caller's own by its slug
   * @param after a position, as {@code next} of the page before; {@code now} for an empty page
   *     whose {@code next} is the newest; without, from the first event on
   * @param types patterns such as {@code key.revoked}, {@code key.*} or {@code *}, 50 at most; all
   *     unless told
   * @param limit 1 to 1,000; 100 unless told
   */
  @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<String> page(
      Caller caller,
      @PathVariable String org,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(required = false) @Nullable List<String> types,
      @RequestParam(required = false) @Nullable String limit,
      Prefer prefer,
      HttpServletRequest request)
      throws InterruptedException {
    OrganizationId organization = NamedOrganization.of(caller, org);
    Long from = position("after", after);
    EventFilter filter = filter(types);
    int atMost = PageLimit.of(limit);
    Duration patience = prefer.asked() ? prefer.patience() : Duration.ZERO;
    try {
      Place place = from == null ? newest(organization) : Place.behind(from);
      EventFeed.Reading reading =
          streams.awaitNews(
              Follower.scopeOf(caller),
              from == null ? Duration.ZERO : patience,
              new AskedEvents(events, organization, place, filter, atMost),
              request);
      if (!patience.isZero()) {
        mustStillBeTold(Presented.in(request, contexts), org);
      }
      ResponseEntity.BodyBuilder answer = ResponseEntity.ok().cacheControl(CacheControl.noStore());
      if (prefer.asked()) {
        answer.header("Preference-Applied", prefer.applied());
      }
      return answer
          .contentType(MediaType.APPLICATION_JSON)
          .body(EventsText.of(organization, events.aged(reading)));
    } catch (HistoryAwayException e) {
      throw Problem.of(503, "unavailable", "History can't be asked just now.")
          .withHeader("Retry-After", "1")
          .toException();
    }
  }

  /** What they may could have ended while they waited: that is 401 or 403, as without waiting. */
  private void mustStillBeTold(Presented presented, String org) {
    Caller caller = presented.by(authenticator);
    if (!caller.may(Permissions.AUDIT_READ) || !caller.belongsTo(org)) {
      throw Problem.of(403, "forbidden", "That may not be told any more.").toException();
    }
  }

  private Place newest(OrganizationId organization) {
    return Place.behind(
        events.head(organization).orElseThrow(EventStreamController::noSuchOrganization));
  }

  /**
   * The same as a stream of events (HTML, section 9.2): {@code event}, whose id is its position,
   * {@code snapshot} with the position from which it begins where that is {@code now}, and, three
   * times within the time for which what is known may be relied on, {@code heartbeat}.
   *
   * @param after where it begins; {@code Last-Event-ID}, which a client sends that comes back, goes
   *     before it
   */
  @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Requires(Permissions.AUDIT_READ)
  void stream(
      Caller caller,
      @PathVariable String org,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(required = false) @Nullable List<String> types,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
      HttpServletRequest request,
      HttpServletResponse response) {
    OrganizationId organization = NamedOrganization.of(caller, org);
    Long from =
        lastEventId == null || lastEventId.isEmpty()
            ? position("after", after)
            : Long.valueOf(number("Last-Event-ID", lastEventId));
    EventFilter filter = filter(types);
    mustBeThere(organization);
    if (request.getMethod().equals("HEAD")) {
      FeedStreams.head(response);
      return;
    }
    var following =
        new Follower(
            authenticator,
            Presented.in(request, contexts),
            caller,
            one -> one.may(Permissions.AUDIT_READ) && one.belongsTo(org),
            UNTOLD,
            settings.delivery().askAgain(),
            System.nanoTime());
    streams.begin(
        following,
        new EventsTelling(events, ended, following, organization, filter, from),
        null,
        request,
        response);
  }

  /** Where history can't be asked, the stream says so by heartbeats, and goes on once it can. */
  private void mustBeThere(OrganizationId organization) {
    try {
      if (events.head(organization).isEmpty()) {
        throw noSuchOrganization();
      }
    } catch (HistoryAwayException e) {
      // A stream is nothing that has to be asked for again.
    }
  }

  /** {@code null} for the newest. */
  private static @Nullable Long position(String name, @Nullable String text) {
    if (text == null) {
      return -1L;
    }
    return text.equals(NOW) ? null : Long.valueOf(number(name, text));
  }

  private static long number(String name, String text) {
    OptionalLong position = text.equals(NOTHING) ? OptionalLong.of(-1) : WholeNumber.parse(text);
    if (position.isEmpty() || position.getAsLong() > HIGHEST) {
      throw Problem.ofField(name, "Expected a position, as a page gave it as next, or now.")
          .toException();
    }
    return position.getAsLong();
  }

  private static EventFilter filter(@Nullable List<String> types) {
    if (types == null) {
      return EventFilter.EVERYTHING;
    }
    boolean known =
        types.size() <= MOST_PATTERNS
            && types.stream().allMatch(one -> EventPattern.isKnown(one, EventTypes.all().keySet()));
    if (types.isEmpty() || !known) {
      throw Problem.ofField("types", "Expected types of events, or key.* and the like, 50 at most.")
          .toException();
    }
    return new EventFilter(types);
  }

  static ProblemException noSuchOrganization() {
    return Problem.of(404, "organization_not_found", "There is no such organization.")
        .toException();
  }
}
