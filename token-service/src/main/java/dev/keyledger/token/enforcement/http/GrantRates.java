package dev.keyledger.token.enforcement.http;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.KeyRules.Rate;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How often the keys of each organisation were exchanged for tokens here, in windows that begin
 * with the first exchange. Each replica counts its own: none asks another on the way of a request.
 */
public final class GrantRates {
  private final LongSupplier nanoTime;
  private final ConcurrentMap<OrganizationId, Window> windows;

  /**
   * @param per as it was when the window began: a policy with another begins another
   */
  private record Window(long began, Duration per, int taken) {
    boolean holds(Rate rate, long now) {
      return per.equals(rate.per()) && now - began < per.toNanos();
    }
  }

  /**
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public GrantRates(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.windows =
        Caffeine.newBuilder()
            .expireAfter(Expiry.<OrganizationId, Window>writing((id, window) -> window.per()))
            .ticker(nanoTime::getAsLong)
            .<OrganizationId, Window>build()
            .asMap();
  }

  /**
   * What of its rate an organisation has left.
   *
   * @param given whether this exchange was within it
   * @param reset seconds until the window ends, at least 1
   */
  record Quota(boolean given, Rate rate, int remaining, long reset) {
    private static final String NAME = "\"token-grants\"";

    /** The header fields of draft-ietf-httpapi-ratelimit-headers-11. */
    void announce(HttpServletResponse response) {
      response.setHeader(
          "RateLimit-Policy",
          NAME + ";q=" + rate.maximum() + ";w=" + seconds(rate.per().toNanos()));
      response.setHeader("RateLimit", NAME + ";r=" + remaining + ";t=" + reset);
      if (!given) {
        response.setHeader("Retry-After", Long.toString(reset));
      }
    }
  }

  /**
   * Takes one exchange, if there is one left.
   *
   * @return {@code null} where policy sets no rate
   */
  @Nullable Quota take(OrganizationId organization, @Nullable Rate rate) {
    if (rate == null) {
      return null;
    }
    long now = nanoTime.getAsLong();
    var given = new boolean[1];
    Window window =
        windows.compute(
            organization,
            (id, before) -> {
              Window current =
                  before != null && before.holds(rate, now)
                      ? before
                      : new Window(now, rate.per(), 0);
              given[0] = current.taken() < rate.maximum();
              return given[0]
                  ? new Window(current.began(), current.per(), current.taken() + 1)
                  : current;
            });
    return new Quota(
        given[0],
        rate,
        Math.max(0, rate.maximum() - window.taken()),
        seconds(window.began() + window.per().toNanos() - now));
  }

  private static long seconds(long nanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos + TimeUnit.SECONDS.toNanos(1) - 1));
  }
}
