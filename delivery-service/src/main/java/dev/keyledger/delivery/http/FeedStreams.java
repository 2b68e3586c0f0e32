package dev.keyledger.delivery.http;

import dev.keyledger.delivery.DeliverySettings;
import dev.keyledger.delivery.events.EventFeed;
import dev.keyledger.delivery.feed.Feed;
import dev.keyledger.delivery.feed.FeedScope;
import dev.keyledger.delivery.feed.Waiters;
import dev.keyledger.delivery.followers.FollowerName;
import dev.keyledger.delivery.followers.NamedFollowers;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.bounds.FairShare;
import dev.keyledger.kit.web.bounds.LastingAnswer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** All streams that are open. They end before the server does, which would wait for them. */
@Component
public final class FeedStreams implements SmartLifecycle, MeterBinder {
  private static final Logger log = LoggerFactory.getLogger(FeedStreams.class);

  /** What is written at once is more than this, or flushed. */
  private static final int BUFFER = 2 * 1024;

  private static final NamedFollowers.Streaming NOBODY = () -> {};

  private final Feed feed;
  private final EventFeed events;
  private final NamedFollowers followers;
  private final DeliverySettings settings;
  private final FairShare<FeedScope> share;
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean running;

  FeedStreams(Feed feed, EventFeed events, NamedFollowers followers, DeliverySettings settings) {
    this.feed = feed;
    this.events = events;
    this.followers = followers;
    this.settings = settings;
    this.share = new FairShare<>(settings.streams());
  }

  /** One of those that there are for lasting answers. */
  final class Place implements AutoCloseable {
    private final FeedScope scope;

    private Place(FeedScope scope) {
      this.scope = scope;
    }

    /** Of the turn that the request has: that is for those who go again soon. */
    void instead(ServletRequest request) {
      LastingAnswer.begin(request);
    }

    @Override
    public void close() {
      open.decrementAndGet();
      share.giveBack(scope, 1);
    }
  }

  /**
   * @throws dev.keyledger.kit.web.ProblemException 429 {@code too_many_streams} for who has their
   *     share
   */
  Place place(FeedScope scope) {
    if (!share.tryTake(scope, 1)) {
      throw Problem.of(429, "too_many_streams", "There are too many streams open.")
          .withHeader("Retry-After", "5")
          .toException();
    }
    open.incrementAndGet();
    return new Place(scope);
  }

  /**
   * What there is to tell, at the latest once the patience is over: where there is nothing yet, it
   * waits, and counts as a stream meanwhile.
   *
   * @throws dev.keyledger.kit.web.ProblemException as {@link #place}
   */
  public <T> T awaitNews(FeedScope scope, Duration patience, Asked<T> asked, ServletRequest request)
      throws InterruptedException {
    T read = asked.read();
    if (patience.isZero() || asked.isNews(read)) {
      return read;
    }
    try (Place place = place(scope)) {
      place.instead(request);
      long until = System.nanoTime() + patience.toNanos();
      try (Waiters.Waiter waiter = asked.join()) {
        read = asked.read();
        long left = until - System.nanoTime();
        while (!asked.isNews(read) && left > 0 && running) {
          waiter.await(Math.min(left, asked.rest()));
          read = asked.read();
          left = until - System.nanoTime();
        }
        return read;
      }
    }
  }

  /** What a page is asked for. */
  public interface Asked<T> {
    /** From now on that one hears of what is new. */
    Waiters.Waiter join();

    T read() throws InterruptedException;

    boolean isNews(T read);

    /** After how many nanoseconds it looks again by itself. */
    default long rest() {
      return Long.MAX_VALUE;
    }
  }

  /**
   * Answers with a stream, on a thread of its own.
   *
   * @param name what it calls itself; {@code null} for nothing
   * @throws dev.keyledger.kit.web.ProblemException as {@link #place}
   */
  void begin(
      Follower follower,
      Telling telling,
      @Nullable FollowerName name,
      HttpServletRequest request,
      HttpServletResponse response) {
    Place place = place(follower.scope());
    try {
      AsyncContext async = answer(request, response);
      place.instead(request);
      Thread.ofVirtual()
          .name("stream-", 0)
          .start(() -> {
            try (var _ = name == null ? NOBODY : followers.streams(name)) {
              follow(follower, telling, place, async);
            }
          });
    } catch (RuntimeException e) {
      place.close();
      throw e;
    }
  }

  /** The answer's head, to whoever asks for no more than that. */
  static void head(HttpServletResponse response) {
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType("text/event-stream;charset=UTF-8");
    response.setHeader("Cache-Control", "no-store");
  }

  private static AsyncContext answer(HttpServletRequest request, HttpServletResponse response) {
    head(response);
    response.setBufferSize(BUFFER);
    AsyncContext async = request.startAsync();
    async.setTimeout(0);
    return async;
  }

  private void follow(Follower follower, Telling telling, Place place, AsyncContext async) {
    try {
      new FeedStream(
              telling,
              follower,
              async.getResponse().getOutputStream(),
              settings.heartbeat(),
              System::nanoTime,
              () -> !running)
          .run();
    } catch (IOException e) {
      log.debug("A follower has gone: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      place.close();
      complete(async);
    }
  }

  /** The server has ended a request by itself whose connection was reset. */
  private static void complete(AsyncContext async) {
    try {
      async.complete();
    } catch (IllegalStateException e) {
      log.debug("A stream's request had ended: {}", e.toString());
    }
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("keyledger.feed.streams", open, AtomicInteger::get)
        .description("Streams that are open; no more than keyledger.delivery.streams")
        .register(registry);
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    feed.wakeAll();
    events.wakeAll();
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
