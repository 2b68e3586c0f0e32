package dev.keyledger.events.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How old a secret may become by a policy. A shorter age takes nobody's secret at once: until it
 * holds of all, nothing ends by it that would not have ended without the change. So of two secrets
 * the newer one never ends first, and rotating takes nothing from a key.
 *
 * @param holdsFrom {@link #NOTICE} behind the change, or when the organisation was registered
 */
public record AgeBound(Duration maximumAge, Instant holdsFrom) {
  public static final Duration NOTICE = Duration.ofDays(30);

  /** Changes within one notice, each of which may still matter to some secret. */
  public static final int MOST = 8;

  static final long NEVER = Long.MAX_VALUE;

  /**
   * @param bounds in the order in which they were set
   * @param createdAt of the secret, as milliseconds since the epoch
   * @return the first millisecond of which it is too old
   */
  static long endOf(List<AgeBound> bounds, long createdAt) {
    long end = NEVER;
    for (AgeBound bound : bounds) {
      long byAge = createdAt + bound.maximumAge.toMillis();
      end = Math.max(byAge, Math.min(end, bound.holdsFrom.toEpochMilli()));
    }
    return end;
  }

  /**
   * What is to be known of earlier bounds when another is set. One whose notice is over is what the
   * next begins with; what came before that one matters to no secret that lives.
   *
   * @param maximumAge {@code null} for none from now on
   * @param holdsFrom when another one that is set at {@code at} would hold of all
   */
  static @Nullable List<AgeBound> after(
      List<AgeBound> before, @Nullable Duration maximumAge, Instant at, Instant holdsFrom) {
    if (maximumAge == null) {
      return null;
    }
    if (!before.isEmpty() && before.get(before.size() - 1).maximumAge.equals(maximumAge)) {
      return before;
    }
    int first = 0;
    for (int i = 1; i < before.size(); i++) {
      if (!before.get(i).holdsFrom.isAfter(at)) {
        first = i;
      }
    }
    var bounds = new ArrayList<AgeBound>(before.subList(first, before.size()));
    bounds.add(new AgeBound(maximumAge, holdsFrom));
    return List.copyOf(bounds);
  }
}
