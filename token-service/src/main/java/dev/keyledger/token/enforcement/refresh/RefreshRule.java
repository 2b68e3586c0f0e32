package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.token.enforcement.outbox.Happening;
import dev.keyledger.token.enforcement.outbox.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What a refresh token comes to when it is presented, a session's and a key's alike (RFC 9700,
 * section 4.14.2). One that was used before ends its family, since either its holder or a thief has
 * the one that followed; the family's end by it is told on {@code activity.v1}, once. That is
 * looked at before anything else, so that no other refusal saves a family of which a copy is about.
 *
 * <p>Unless it is a retry: then the same pair is given again, see {@link #kept}.
 */
@Component
public final class RefreshRule {
  /** The code that a reuse is recorded with. */
  public static final String REUSED = "refresh_token_reused";

  private final Outbox outbox;

  public RefreshRule(Outbox outbox) {
    this.outbox = outbox;
  }

  public enum Standing {
    LIVE,
    /** Used before; the family has ended now, if it hadn't already. */
    REUSED,
    ENDED,
    EXPIRED
  }

  /**
   * The pair that this token was exchanged for, where it is the same client that asks for the same
   * again, the family lives and the pair's own refresh token wasn't used yet. Whether that is a
   * retry depends on when, by the policy of now: {@link Kept#isRetry}.
   */
  public Optional<Kept> kept(PresentedFamily family, RefreshAttempt attempt) {
    SealedSuccessor sealed = family.successor();
    return sealed == null || family.hasEnded()
        ? Optional.empty()
        : sealed.open(attempt).map(pair -> new Kept(pair, sealed.answeredAt(), attempt));
  }

  /** What was answered to this client before. */
  public record Kept(Successor pair, Instant answeredAt, RefreshAttempt attempt) {
    /**
     * @param interval how long after the first answer a retry is one; {@code null} where each use
     *     beyond the first is a reuse
     */
    public boolean isRetry(@Nullable Duration interval) {
      return attempt.isWithin(interval, answeredAt) && attempt.at().isBefore(pair.until());
    }

    public Successor again() {
      return pair.at(attempt.at());
    }

    @Override
    public String toString() {
      return "[kept answer]";
    }
  }

  /** To be called in the transaction that holds the family's row. */
  public Standing standing(PresentedFamily family, Instant at) {
    if (family.wasUsed()) {
      if (family.end(at)) {
        outbox.record(
            new Happening(
                Activity.Kind.REFRESH_REUSED,
                family.organization(),
                family.person(),
                family.session(),
                family.key(),
                REUSED,
                at));
      }
      return Standing.REUSED;
    }
    if (family.hasEnded()) {
      return Standing.ENDED;
    }
    return at.isBefore(family.expiresAt()) ? Standing.LIVE : Standing.EXPIRED;
  }
}
