package dev.keyledger.client.revocations;

import dev.keyledger.client.BoundedHttp;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.feed.Revocation;
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
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

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

  private static final Duration CLOCK_MARGIN = Duration.ofMinutes(5);

  private final HttpClient http;
  private final BoundedHttp pages;
  private final URI feed;
  private final Supplier<String> apiKey;
  private final Duration askEvery;
  private final Duration maxStaleness;
  private final LongSupplier nanoTime;
  private final Freshness freshness;
  private final RevocationView view;
  private final ScheduledExecutorService asking;
  private final RevocationStream stream;
  private volatile @Nullable Scope scope;
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
    this.freshness = new Freshness(maxStaleness, nanoTime);
    this.view = new RevocationView(longestToken.plus(CLOCK_MARGIN), nanoTime);
    this.stream = new RevocationStream(this::told, nanoTime);
    this.asking = Executors.newSingleThreadScheduledExecutor(daemon("keyledger-revocations"));
  }

  /**
   * Of whose ends this is told.
   *
   * @param organization {@code null} for all
   */
  private record Scope(@Nullable String organization) {
    boolean has(TokenTraits token) {
      return organization == null || organization.equals(token.organization());
    }
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
    int begun = 0;
    while (more) {
      long askedAt = nanoTime.getAsLong();
      HttpResponse<byte[]> answer = pages.send(request(next, "application/json"));
      if (answer.statusCode() != 200) {
        throw new IOException("the feed answers " + answer.statusCode());
      }
      JsonNode page = parsed(answer.body());
      begun += page.required("reset").booleanValue() ? 1 : 0;
      if (begun > 1) {
        throw new IOException("replicas of the feed don't agree about places in it");
      }
      scope = new Scope(page.path("organization").asString(null));
      apply(page);
      next = page.required("next").stringValue();
      more = page.required("more").booleanValue();
      JsonNode age = page.required("age_ms");
      if (!more && page.required("fresh").booleanValue() && age.isNumber()) {
        freshness.confirm(askedAt - TimeUnit.MILLISECONDS.toNanos(age.longValue()));
      }
    }
  }

  private static JsonNode parsed(byte[] body) throws IOException {
    try {
      return EventCodec.mapper().readTree(body);
    } catch (JacksonException e) {
      throw new IOException("the feed's answer can't be read", e);
    }
  }

  private synchronized void apply(JsonNode page) {
    page.required("revocations").forEach(this::revoked);
    page.required("unreadable").forEach(this::unreadable);
    page.required("acknowledged").forEach(record -> view.acknowledge(record.stringValue()));
  }

  /** An event of the stream. */
  private synchronized void told(String name, String data) {
    try {
      JsonNode json = EventCodec.mapper().readTree(data);
      switch (name) {
        case "revocation" -> revoked(json);
        case "unreadable" -> unreadable(json);
        case "acknowledged" -> view.acknowledge(json.required("record").stringValue());
        default -> {
          // Of a later release, or of no news.
        }
      }
    } catch (RuntimeException e) {
      // The next page tells the same.
      log.warn("An event of the feed can't be read: {}", e.getClass().getSimpleName());
    }
  }

  private void revoked(JsonNode json) {
    view.apply(EventCodec.mapper().treeToValue(json, Revocation.class));
  }

  private void unreadable(JsonNode json) {
    JsonNode of = json.path("stream");
    view.applyUnreadable(
        json.required("record").stringValue(), of.isString() ? of.stringValue() : null);
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
    return freshness.isFresh();
  }

  @Override
  public boolean isReady() {
    return freshness.wasEverFresh();
  }

  @Override
  public Verdict judge(TokenTraits token) {
    Scope told = scope;
    return told != null && told.has(token) ? view.judge(token) : Verdict.RECHECK;
  }

  /** How old what is known may be, in nanoseconds; a day or more where nothing is. */
  public long ageNanos() {
    return freshness.ageNanos();
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
