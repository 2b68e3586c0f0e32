package dev.keyledger.delivery.http;

import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Presented;
import dev.keyledger.client.spring.RequestContexts;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.delivery.DeliverySettings;
import dev.keyledger.delivery.feed.Feed;
import dev.keyledger.delivery.feed.FeedCursor;
import dev.keyledger.delivery.feed.FeedScope;
import dev.keyledger.delivery.feed.Waiters;
import dev.keyledger.delivery.followers.FollowerName;
import dev.keyledger.delivery.followers.NamedFollowers;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.web.Prefer;
import dev.keyledger.kit.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What ended or changed, for who verifies tokens by themselves. */
@RestController
@RequestMapping("/v1/revocations")
class RevocationsController {
  private final Feed feed;
  private final FeedStreams streams;
  private final NamedFollowers followers;
  private final DeliverySettings settings;
  private final Authenticator authenticator;
  private final RequestContexts contexts;

  RevocationsController(
      Feed feed,
      FeedStreams streams,
      NamedFollowers followers,
      DeliverySettings settings,
      Authenticator authenticator,
      RequestContexts contexts) {
    this.feed = feed;
    this.streams = streams;
    this.followers = followers;
    this.settings = settings;
    this.authenticator = authenticator;
    this.contexts = contexts;
  }

  /**
   * A page behind a place. With {@code Prefer: wait=N} an empty one waits up to so many seconds for
   * something to tell, and counts as a stream meanwhile. 503 {@code not_caught_up} while it isn't
   * known what is held.
   *
   * @param after {@code next} of the page before, or the id of a stream's event; without, all that
   *     is held
   * @param limit 1 to 1,000; 100 unless told
   * @param follower the follower's name, by which receipts name it, with {@code instance} and
   *     {@code maxStalenessMs}, for how long it relies on a page (200 to 60,000): by {@code after}
   *     it acknowledges all before. 429 {@code too_many_followers} where 1,000 of the organisation
   *     do
   */
  @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  @Requires(Permissions.KEYS_VERIFY)
  ResponseEntity<String> page(
      Caller caller,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String follower,
      @RequestParam(required = false) @Nullable String instance,
      @RequestParam(name = "max_staleness_ms", required = false) @Nullable String maxStalenessMs,
      Prefer prefer,
      HttpServletRequest request)
      throws InterruptedException {
    FeedScope scope = Follower.scopeOf(caller);
    FeedCursor from = cursor("after", after, scope);
    int atMost = PageLimit.of(limit);
    NamedFollower named = NamedFollower.of(scope, follower, instance, maxStalenessMs);
    if (named != null && request.getMethod().equals("GET")) {
      hold(named, from);
    }
    Duration patience = prefer.asked() ? prefer.patience() : Duration.ZERO;
    Feed.Reading reading =
        streams.awaitNews(scope, patience, new Page(scope, from, atMost), request);
    ResponseEntity.BodyBuilder answer = ResponseEntity.ok().cacheControl(CacheControl.noStore());
    if (prefer.asked()) {
      answer.header("Preference-Applied", prefer.applied());
    }
    Feed.Reading told = named == null ? reading : followers.asToldTo(named.bound(), reading);
    return answer.contentType(MediaType.APPLICATION_JSON).body(FeedText.of(scope, told));
  }

  private void hold(NamedFollower named, @Nullable FeedCursor from) throws InterruptedException {
    if (!followers.asks(named.name(), named.bound(), from)) {
      throw Problem.of(429, "too_many_followers", "There are too many followers.")
          .withHeader("Retry-After", "60")
          .toException();
    }
  }

  private final class Page implements FeedStreams.Asked<Feed.Reading> {
    private final FeedScope scope;
    private final @Nullable FeedCursor from;
    private final int atMost;

    Page(FeedScope scope, @Nullable FeedCursor from, int atMost) {
      this.scope = scope;
      this.from = from;
      this.atMost = atMost;
    }

    @Override
    public Waiters.Waiter join() {
      return feed.join(scope);
    }

    @Override
    public Feed.Reading read() {
      return feed.read(scope, from, atMost)
          .orElseThrow(() ->
              Problem.of(503, "not_caught_up", "What has ended isn't known yet.")
                  .withHeader("Retry-After", "1")
                  .toException());
    }

    @Override
    public boolean isNews(Feed.Reading reading) {
      return !reading.page().entries().isEmpty();
    }
  }

  /**
   * The same as a stream of events (HTML, section 9.2): {@code revocation}, {@code unreadable},
   * {@code acknowledged}, {@code reset} and, three times within the time for which what is known
   * may be relied on, {@code heartbeat}.
   *
   * @param after where it begins; {@code Last-Event-ID}, which a client sends that comes back, goes
   *     before it
   * @param follower as for pages, by which alone it acknowledges: receipts say that it has a stream
   */
  @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Requires(Permissions.KEYS_VERIFY)
  void stream(
      Caller caller,
      @RequestParam(required = false) @Nullable String after,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
      @RequestParam(required = false) @Nullable String follower,
      @RequestParam(required = false) @Nullable String instance,
      @RequestParam(name = "max_staleness_ms", required = false) @Nullable String maxStalenessMs,
      HttpServletRequest request,
      HttpServletResponse response) {
    FeedScope scope = Follower.scopeOf(caller);
    FeedCursor from =
        lastEventId == null || lastEventId.isEmpty()
            ? cursor("after", after, scope)
            : cursor("Last-Event-ID", lastEventId, scope);
    NamedFollower named = NamedFollower.of(scope, follower, instance, maxStalenessMs);
    if (request.getMethod().equals("HEAD")) {
      FeedStreams.head(response);
      return;
    }
    var following =
        new Follower(
            authenticator,
            Presented.in(request, contexts),
            caller,
            one -> one.may(Permissions.KEYS_VERIFY),
            // What ended isn't theirs to misuse.
            null,
            settings.delivery().askAgain(),
            System.nanoTime());
    FollowerName name = named == null ? null : named.name();
    var telling = new RevocationsTelling(feed, following, name != null, from);
    streams.begin(following, telling, name, request, response);
  }

  private static @Nullable FeedCursor cursor(String name, @Nullable String text, FeedScope scope) {
    return text == null
        ? null
        : FeedCursor.parse(text, scope)
            .orElseThrow(() ->
                Problem.ofField(name, "Expected what a page gave as next, or a stream as id.")
                    .toException());
  }
}
