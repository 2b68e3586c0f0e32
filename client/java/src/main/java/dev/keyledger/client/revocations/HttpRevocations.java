package dev.keyledger.client.revocations;

import dev.keyledger.client.BoundedHttp;
import dev.keyledger.client.revocations.ToldRevocations.Place;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code /v1/revocations}: by a stream, so that an end is known within milliseconds, and by
 * pages, so that it is known how old that knowledge may be. A page is asked for four times within
 * the bound; what it says of its age is counted from before the question, by monotonic time. No
 * heartbeat is believed for that, since one that lay in a buffer would be taken for a young one.
 *
 * <p>Told by an organisation's own key it knows of that organisation alone: about anybody else's
 * token, and about one of no organisation, token-service has to be asked. While pages don't come
 * this isn't fresh, and it has to be asked about every token.
 *
 * <p>One that has a name is named in receipts, with an instance of this process: what it was told
 * it acknowledges by the next question, which it asks shortly after.
 */
public final class HttpRevocations implements Revocations, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpRevocations.class);

  /** A page has a thousand revocations of some hundred bytes. */
  private static final int LARGEST_PAGE = 4 * 1024 * 1024;

  /** Within which what was told is acknowledged. */
  private static final Duration SHORTLY = Duration.ofMillis(50);

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Duration LONGEST_NAMED = Duration.ofSeconds(60);

  private final HttpClient http;
  private final BoundedHttp pages;
  private final URI feed;
  private final Supplier<String> apiKey;
  private final Duration askEvery;
  private final Duration maxStaleness;
  private final LongSupplier nanoTime;
  private final ToldRevocations told;
  private final String named;
  private final AtomicBoolean prompted = new AtomicBoolean();
  private final ScheduledExecutorService asking;
  private final RevocationStream stream;
  private @Nullable String next;
  private boolean failing;

  /**
   * @param feed the platform's {@code /v1/revocations}
   * @param apiKey of this service, which has {@code keys.verify}
   * @param longestToken the longest life of an access token
   * @param maxStaleness how old what is known may be until token-service is asked again; a second
   *     at least
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public HttpRevocations(
      HttpClient http,
      URI feed,
      Supplier<String> apiKey,
      Duration longestToken,
      Duration maxStaleness,
      LongSupplier nanoTime) {
    this(http, feed, apiKey, longestToken, maxStaleness, null, nanoTime);
  }

  /**
   * As the other one.
   *
   * @param follower what receipts call this one, of a-z, 0-9 and -, at most 64 of them; {@code
   *     null} for one that is in none, as is whoever relies on what is known for more than a minute
   */
  public HttpRevocations(
      HttpClient http,
      URI feed,
      Supplier<String> apiKey,
      Duration longestToken,
      Duration maxStaleness,
      @Nullable String follower,
      LongSupplier nanoTime) {
    if (follower != null && !NAME.matcher(follower).matches()) {
      throw new IllegalArgumentException("a follower's name is of a-z, 0-9 and -, at most 64");
    }
    if (maxStaleness.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("revocations can't be known closer than to a second");
    }
    this.http = http;
    this.feed = feed;
    this.apiKey = apiKey;
    this.maxStaleness = maxStaleness;
    this.named =
        follower == null || maxStaleness.compareTo(LONGEST_NAMED) > 0
            ? ""
            : "&follower=%s&instance=%s&max_staleness_ms=%d"
                .formatted(follower, UUID.randomUUID(), maxStaleness.toMillis());
    this.askEvery = maxStaleness.dividedBy(4);
    // One that is lost leaves time for another.
    this.pages = new BoundedHttp(http, askEvery, LARGEST_PAGE);
    this.nanoTime = nanoTime;
    this.told = new ToldRevocations(longestToken, maxStaleness, nanoTime);
    this.stream = new RevocationStream(this::heard, nanoTime);
    this.asking = Executors.newSingleThreadScheduledExecutor(daemon("keyledger-revocations"));
  }

  private static ThreadFactory daemon(String name) {
    return task -> {
      var thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  public void start() {
    var unused =
        asking.scheduleWithFixedDelay(this::ask, 0, askEvery.toMillis(), TimeUnit.MILLISECONDS);
  }

  // What it threw would end the asking for ever.
  private void ask() {
    try {
      readPages();
      if (failing) {
        failing = false;
        log.info("What has ended is told again");
      }
      stream.keepUp(maxStaleness, () -> http.sendAsync(streamed(), stream.lines()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      if (!failing) {
        failing = true;
        log.warn("What has ended isn't told just now: {}", e.toString());
      }
    }
  }

  /** An event of the stream. */
  private void heard(String name, String data) {
    told.event(name, data);
    if (name.equals("revocation")) {
      acknowledgeShortly();
    }
  }

  /** What was told now is acknowledged by a question, and not only by the one that is due. */
  private void acknowledgeShortly() {
    if (!named.isEmpty() && !asking.isShutdown() && prompted.compareAndSet(false, true)) {
      try {
        var unused = asking.schedule(this::askShortly, SHORTLY.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        // It is being closed.
      }
    }
  }

  private void askShortly() {
    prompted.set(false);
    ask();
  }

  private void readPages() throws IOException, InterruptedException {
    boolean more = true;
    boolean begun = false;
    while (more) {
      long askedAt = nanoTime.getAsLong();
      HttpResponse<byte[]> answer = pages.send(request(next, "application/json"));
      if (answer.statusCode() != 200) {
        throw new IOException("the feed answers " + answer.statusCode());
      }
      Place place = told.page(answer.body(), askedAt, begun);
      if (place.news()) {
        acknowledgeShortly();
      }
      next = place.next();
      more = place.more();
      begun = place.begun();
    }
  }

  private HttpRequest request(@Nullable String after, String accept) {
    String place = after == null ? "" : "after=" + URLEncoder.encode(after, StandardCharsets.UTF_8);
    String limit = accept.equals("application/json") ? "limit=1000" : "";
    String both = place + (place.isEmpty() || limit.isEmpty() ? "" : "&") + limit;
    String query = both.isEmpty() && !named.isEmpty() ? named.substring(1) : both + named;
    // No time-out of the client's own: some end with the head, and some would end a stream.
    return HttpRequest.newBuilder(URI.create(feed + "?" + query))
        .header("Authorization", "Bearer " + apiKey.get())
        .header("Accept", accept)
        .build();
  }

  private HttpRequest streamed() {
    return request(next, "text/event-stream");
  }

  @Override
  public boolean isFresh() {
    return told.isFresh();
  }

  @Override
  public boolean isReady() {
    return told.isReady();
  }

  @Override
  public Verdict judge(TokenTraits token) {
    return told.judge(token);
  }

  /** How old what is known may be, in nanoseconds; a day or more where nothing is. */
  public long ageNanos() {
    return told.ageNanos();
  }

  /** Whether news come by a stream now, and not by the next page alone. */
  public boolean isStreaming() {
    return stream.isOpen();
  }

  @Override
  public void close() {
    asking.shutdownNow();
    stream.close();
  }
}
