package dev.keyledger.token.enforcement.http;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.KeyRules.Rate;
import dev.keyledger.kit.web.RateLimit;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.ConcurrentMap;
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
   */
  record Quota(boolean given, RateLimit limit) {
    void announce(HttpServletResponse response) {
      (given ? limit.headers() : limit.headersOfRefusal()).forEach(response::setHeader);
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
        new RateLimit(
            "token-grants",
            rate.maximum(),
            rate.per(),
            Math.max(0, rate.maximum() - window.taken()),
            Duration.ofNanos(window.began() + window.per().toNanos() - now)));
  }
}
