package dev.keyledger.delivery.feed;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The feed, and how old it may be. */
public final class Feed {
  private static final long TOO_LONG = Duration.ofDays(1).toNanos();

  private final FeedLog log;
  private final LongSupplier ageNanos;
  private final Duration maxStaleness;
  private final LongSupplier nanoTime;

  /**
   * @param ageNanos how old what the log has may be: all that had ended by then is in it
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public Feed(FeedLog log, LongSupplier ageNanos, Duration maxStaleness, LongSupplier nanoTime) {
    this.log = log;
    this.ageNanos = ageNanos;
    this.maxStaleness = maxStaleness;
    this.nanoTime = nanoTime;
  }

  /**
   * @param age all that had ended so long ago is in the page, in those before it or, where there
   *     are more, in those that follow; {@code null} while that can't be told
   * @param readAt when that was so, by the monotonic clock
   */
  public record Reading(FeedPage page, @Nullable Duration age, boolean fresh, long readAt) {}

  /**
   * As {@link FeedLog#read}. The age is asked for before the page is read, and only of the same
   * state of the topic: a page that begins anew isn't as fresh as what was there before.
   */
  public Optional<Reading> read(FeedScope scope, @Nullable FeedCursor after, int atMost) {
    String epoch = log.epoch();
    long readAt = nanoTime.getAsLong();
    long age = ageNanos.getAsLong();
    return log.read(scope, after, atMost)
        .map(page -> {
          boolean known = age < TOO_LONG && page.whole() && page.next().epoch().equals(epoch);
          return new Reading(
              page,
              known ? Duration.ofNanos(age) : null,
              known && age < maxStaleness.toNanos(),
              readAt);
        });
  }

  /** The same, told now: where it took a while to tell what came before, it is older. */
  public Reading aged(Reading reading) {
    Duration age = reading.age();
    if (age == null) {
      return reading;
    }
    long at = nanoTime.getAsLong();
    Duration now = age.plusNanos(at - reading.readAt());
    return new Reading(reading.page(), now, now.compareTo(maxStaleness) < 0, at);
  }

  /** From now on that one hears of what is new in the scope. */
  public Waiters.Waiter join(FeedScope scope) {
    return log.waiters().join(scope);
  }

  /** The same, for who waits for other news already. */
  public Waiters.Waiter join(FeedScope scope, Waiters.Waiter others) {
    return log.waiters().join(scope, others);
  }

  /** Behind all that is held just now; empty while that isn't known. */
  public Optional<FeedCursor> end(FeedScope scope) {
    return log.end(scope);
  }

  /** Whoever waits is woken, to look why. */
  public void wakeAll() {
    log.waiters().wakeAll();
  }
}
