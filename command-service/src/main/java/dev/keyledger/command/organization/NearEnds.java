package dev.keyledger.command.organization;

import dev.keyledger.events.KeyEvent.ExpiresBy;
import dev.keyledger.events.KeyEvent.KeyEndingSoon;
import dev.keyledger.events.OrganizationEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * That a key's end comes near is said thirty days, seven and one before it. Who was made with less
 * left isn't told what they know already; who nobody looked at for long is told the nearest alone.
 * Of two ends, its own and its secret's age, it is the first that is told of.
 */
public final class NearEnds {
  private static final List<Integer> DAYS = List.of(1, 7, 30);

  private NearEnds() {}

  /** Nothing where it was said before, or there is nothing to say yet. */
  static List<OrganizationEvent> decide(Key key, Instant at) {
    Instant end = key.endsAt();
    if (end == null || !key.isLiveAt(at)) {
      return List.of();
    }
    return DAYS.stream()
        .filter(days -> !at.isBefore(before(end, days)))
        .findFirst()
        .filter(days -> before(end, days).isAfter(key.endCountsFrom()))
        .filter(days -> key.warned() == null || !key.warned().covers(end, days))
        .<List<OrganizationEvent>>map(days ->
            List.of(
                new KeyEndingSoon(
                    key.id(),
                    KeyEndingSoon.Cause.EXPIRY,
                    end,
                    days,
                    key.endsByAge() ? ExpiresBy.AGE : null,
                    at)))
        .orElse(List.of());
  }

  /**
   * When there may be something to say next; empty where there won't be.
   *
   * @param madeAt when the key was made, or the secret by whose age it ends
   * @param end of it
   */
  public static Optional<Instant> nextAfter(Instant at, Instant madeAt, Instant end) {
    return dueOf(madeAt, end).filter(due -> due.isAfter(at)).min(Comparator.naturalOrder());
  }

  private static Stream<Instant> dueOf(Instant madeAt, Instant end) {
    return DAYS.stream().map(days -> before(end, days)).filter(due -> due.isAfter(madeAt));
  }

  private static Instant before(Instant end, int days) {
    return end.minus(Duration.ofDays(days));
  }
}
