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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
 */
public final class HttpRevocations implements Revocations, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpRevocations.class);

  /** A page has a thousand revocations of some hundred bytes. */
  private static final int LARGEST_PAGE = 4 * 1024 * 1024;

  private final HttpClient http;
  private final BoundedHttp pages;
  private final URI feed;
  private final Supplier<String> apiKey;
  private final Duration askEvery;
  private final Duration maxStaleness;
  private final LongSupplier nanoTime;
  private final ToldRevocations told;
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
    if (maxStaleness.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("revocations can't be known closer than to a second");
    }
    this.http = http;
    this.feed = feed;
    this.apiKey = apiKey;
    this.maxStaleness = maxStaleness;
    this.askEvery = maxStaleness.dividedBy(4);
    // One that is lost leaves time for another.
    this.pages = new BoundedHttp(http, askEvery, LARGEST_PAGE);
    this.nanoTime = nanoTime;
    this.told = new ToldRevocations(longestToken, maxStaleness, nanoTime);
    this.stream = new RevocationStream(told::event, nanoTime);
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
      next = place.next();
      more = place.more();
      begun = place.begun();
    }
  }

  private HttpRequest request(@Nullable String after, String accept) {
    String query =
        after == null ? "" : "after=" + URLEncoder.encode(after, StandardCharsets.UTF_8) + "&";
    boolean page = accept.equals("application/json");
    // No time-out of the client's own: some end with the head, and some would end a stream.
    return HttpRequest.newBuilder(URI.create(feed + "?" + query + (page ? "limit=1000" : "")))
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
