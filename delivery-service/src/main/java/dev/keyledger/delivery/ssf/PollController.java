package dev.keyledger.delivery.ssf;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Presented;
import dev.keyledger.client.spring.RequestContexts;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.delivery.feed.FeedScope;
import dev.keyledger.delivery.feed.Waiters;
import dev.keyledger.delivery.http.FeedStreams;
import dev.keyledger.delivery.sending.ReceiverReports;
import dev.keyledger.delivery.set.SetErrors;
import dev.keyledger.delivery.set.SetSigner;
import dev.keyledger.delivery.subscription.FoldedSubscription;
import dev.keyledger.delivery.subscription.Standing;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** A receiver fetches its security event tokens: RFC 8936. */
@RestController
class PollController {
  private static final int MOST_AT_ONCE = 100;
  private static final int MOST_ANSWERED = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long LOOK_AGAIN = Duration.ofMillis(500).toNanos();
  private static final long LOOK_LATER = Duration.ofSeconds(5).toNanos();

  /** Of one stream, at this replica; further ones are answered at once. */
  private static final int MOST_WAITING = 2;

  private static final int SIGNED_BYTES = 16 * 1024 * 1024;

  /** Why one was refused. */
  record SetError(@Nullable String err, @Nullable String description) {}

  /**
   * @param maxEvents that are wanted at most, 0 for none; 100 are given at most
   * @param returnImmediately whether it isn't waited for what comes
   * @param ack ids of those that were taken
   * @param setErrs ids of those that were refused
   */
  record Poll(
      @JsonProperty("maxEvents") @Nullable Long maxEvents,
      @JsonProperty("returnImmediately") @Nullable Boolean returnImmediately,
      @Nullable List<@Nullable String> ack,
      @JsonProperty("setErrs") @Nullable Map<String, @Nullable SetError> setErrs) {
    static final Poll PLAIN = new Poll(null, null, null, null);
  }

  /**
   * @param sets tokens by their ids
   * @param moreAvailable whether more wait
   */
  record Polled(Map<String, String> sets, @JsonProperty("moreAvailable") boolean moreAvailable) {}

  private final Receivers receivers;
  private final PollTable table;
  private final ReceiverReports reports;
  private final SetSigner signer;
  private final FeedStreams streams;
  private final Authenticator authenticator;
  private final RequestContexts contexts;
  private final Clock clock;
  private final Waiters waiters = new Waiters();
  private final Map<SubscriptionKey, Integer> waiting = new ConcurrentHashMap<>();

  /** Who fetches the same again and again, and acknowledges nothing, has it signed once. */
  private final Cache<String, String> signed =
      Caffeine.newBuilder()
          .maximumWeight(SIGNED_BYTES)
          .weigher((String id, String token) -> id.length() + token.length())
          .expireAfterWrite(Duration.ofMinutes(10))
          .build();

  PollController(
      Receivers receivers,
      PollTable table,
      SetSigner signer,
      FeedStreams streams,
      Authenticator authenticator,
      RequestContexts contexts,
      ReceiverReports reports,
      Clock clock) {
    this.reports = reports;
    this.receivers = receivers;
    this.table = table;
    this.signer = signer;
    this.streams = streams;
    this.authenticator = authenticator;
    this.contexts = contexts;
    this.clock = clock;
  }

  /**
   * What was acknowledged or refused is settled first. Where nothing waits, the answer waits for 20
   * seconds at most, and counts as a stream meanwhile. 409 {@code other_kind} for a stream that is
   * pushed.
   */
  @PostMapping(path = "/v1/ssf/streams/{stream}/poll", produces = "application/json")
  @Requires(Requires.AUTHENTICATED)
  ResponseEntity<Polled> poll(
      Caller caller,
      @PathVariable String stream,
      @RequestBody(required = false) @Nullable Poll body,
      HttpServletRequest request)
      throws InterruptedException {
    OrganizationId organization = Receivers.polling(caller);
    FoldedSubscription own = receivers.one(organization, caller, stream);
    if (!own.state().polls()) {
      throw Problem.of(409, "other_kind", "Subscriptions of that kind have no such thing.")
          .toException();
    }
    Poll poll = Objects.requireNonNullElse(body, Poll.PLAIN);
    long wanted = Objects.requireNonNullElse(poll.maxEvents(), (long) MOST_AT_ONCE);
    if (wanted < 0) {
      throw Problem.ofField("maxEvents", "A number, 0 or more.").toException();
    }
    settle(own.key(), poll);
    int atMost = (int) Math.min(wanted, MOST_AT_ONCE);
    var asked = new AskedTokens(own.key(), caller, atMost);
    boolean waits = !Boolean.TRUE.equals(poll.returnImmediately()) && atMost > 0;
    Polled polled = waits ? awaited(asked, request) : asked.read();
    if (asked.hasWaited) {
      // What they may could have ended while they waited.
      OrganizationId still = Receivers.polling(Presented.in(request, contexts).by(authenticator));
      if (!still.equals(organization)) {
        throw Receivers.notFound();
      }
    }
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(polled);
  }

  /** Each look of one that waits is a question to the database. */
  private Polled awaited(AskedTokens asked, HttpServletRequest request)
      throws InterruptedException {
    SubscriptionKey key = asked.key;
    boolean hasRoom = waiting.merge(key, 1, Integer::sum) <= MOST_WAITING;
    try {
      return streams.awaitNews(
          new FeedScope.Of(key.organization()), hasRoom ? PATIENCE : Duration.ZERO, asked, request);
    } finally {
      waiting.computeIfPresent(key, (one, count) -> count > 1 ? count - 1 : null);
    }
  }

  private void settle(SubscriptionKey key, Poll poll) {
    List<@Nullable String> ack = Objects.requireNonNullElse(poll.ack(), List.of());
    Map<String, @Nullable SetError> refused = Objects.requireNonNullElse(poll.setErrs(), Map.of());
    if (ack.size() + refused.size() > MOST_ANSWERED) {
      throw Problem.ofField("ack", "At most " + MOST_ANSWERED + " at once.").toException();
    }
    table.acknowledge(key, ack.stream().filter(Objects::nonNull).toList(), clock.instant());
    var errors = new TreeMap<String, String>();
    refused.forEach((id, why) -> errors.put(id, SetErrors.known(why == null ? null : why.err())));
    table.refuse(key, errors, clock.instant());
    reports.wake();
  }

  /** Of one thread. */
  private final class AskedTokens implements FeedStreams.Asked<Polled> {
    private final SubscriptionKey key;
    private final Caller caller;
    private final int atMost;
    private boolean isActive;
    private boolean hasWaited;

    AskedTokens(SubscriptionKey key, Caller caller, int atMost) {
      this.key = key;
      this.caller = caller;
      this.atMost = atMost;
    }

    @Override
    public Waiters.Waiter join() {
      hasWaited = true;
      return waiters.join(new FeedScope.Of(key.organization()));
    }

    @Override
    public Polled read() {
      FoldedSubscription now =
          receivers.one(key.organization(), caller, key.subscription().value());
      isActive = now.standing() == Standing.ACTIVE;
      List<PollTable.Waiting> waiting = table.waiting(key, isActive, atMost + 1);
      var sets = new LinkedHashMap<String, String>();
      waiting.stream().limit(atMost).forEach(one -> sets.put(one.jti(), token(one)));
      return new Polled(sets, waiting.size() > atMost);
    }

    @Override
    public boolean isNews(Polled polled) {
      return !polled.sets().isEmpty();
    }

    @Override
    public long rest() {
      return isActive ? LOOK_AGAIN : LOOK_LATER;
    }
  }

  private String token(PollTable.Waiting one) {
    String known = signer.currentId() + "/" + one.jti();
    return signed.get(known, unused -> signer.sign(one.claims()));
  }
}
