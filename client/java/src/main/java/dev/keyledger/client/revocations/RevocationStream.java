package dev.keyledger.client.revocations;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One stream of events at a time (HTML, section 9.2), opened anew once it has ended or been silent.
 * What it missed comes with the next page, so that nothing depends on it but how soon.
 */
final class RevocationStream {
  private static final int LONGEST_EVENT = 64 * 1024;

  private final BiConsumer<String, String> events;
  private final LongSupplier nanoTime;
  private volatile @Nullable CompletableFuture<? extends HttpResponse<?>> current;
  private volatile @Nullable Lines reading;
  private volatile boolean closed;

  /**
   * @param events gets each event's name and data, by one thread at a time
   */
  RevocationStream(BiConsumer<String, String> events, LongSupplier nanoTime) {
    this.events = events;
    this.nanoTime = nanoTime;
  }

  /**
   * To be called again and again, by one thread.
   *
   * @param silence after which it is given up: heartbeats come oftener
   * @param opening sends the request whose answer is read by {@link #lines}
   */
  void keepUp(Duration silence, Supplier<CompletableFuture<? extends HttpResponse<?>>> opening) {
    CompletableFuture<? extends HttpResponse<?>> open = current;
    Lines lines = reading;
    if (open != null && !open.isDone() && lines != null && !lines.isSilentFor(silence)) {
      return;
    }
    end();
    if (!closed) {
      current = opening.get();
    }
    if (closed) {
      end();
    }
  }

  /** For the request that {@link #keepUp} has sent. */
  HttpResponse.BodyHandler<Void> lines() {
    var lines = new Lines();
    reading = lines;
    return head ->
        head.statusCode() == 200
            ? HttpResponse.BodySubscribers.fromLineSubscriber(lines)
            : HttpResponse.BodySubscribers.discarding();
  }

  boolean isOpen() {
    CompletableFuture<? extends HttpResponse<?>> open = current;
    Lines lines = reading;
    return open != null && !open.isDone() && lines != null && lines.hasBegun();
  }

  void close() {
    closed = true;
    end();
  }

  private void end() {
    CompletableFuture<? extends HttpResponse<?>> open = current;
    if (open != null) {
      open.cancel(true);
    }
    Lines lines = reading;
    if (lines != null) {
      lines.end();
    }
    current = null;
  }

  private final class Lines implements Flow.Subscriber<String> {
    private final long openedAt = nanoTime.getAsLong();
    private volatile long heardAt = openedAt;
    private volatile boolean begun;
    private volatile Flow.@Nullable Subscription subscription;
    private String name = "";
    private final StringBuilder data = new StringBuilder();

    boolean isSilentFor(Duration silence) {
      return nanoTime.getAsLong() - heardAt > silence.toNanos();
    }

    boolean hasBegun() {
      return begun;
    }

    void end() {
      Flow.Subscription one = subscription;
      if (one != null) {
        one.cancel();
      }
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      heardAt = nanoTime.getAsLong();
      begun = true;
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          events.accept(name, data.toString());
        }
        name = "";
        data.setLength(0);
      } else if (line.startsWith("event:")) {
        name = line.substring(6).strip();
      } else if (line.startsWith("data:") && data.length() + line.length() <= LONGEST_EVENT) {
        data.append(line, 5, line.length()).append('\n');
      }
    }

    @Override
    public void onError(Throwable failure) {
      end();
    }

    @Override
    public void onComplete() {
      end();
    }
  }
}
