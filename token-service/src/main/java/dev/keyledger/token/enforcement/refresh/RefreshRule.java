package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.token.enforcement.outbox.Outbox;
import java.time.Instant;
import org.springframework.stereotype.Component;

/**
 * What a refresh token comes to when it is presented, a session's and a key's alike (RFC 9700,
 * section 4.14.2). One that was used before ends its family, since either its holder or a thief has
 * the one that followed; the family's end by it is told on {@code activity.v1}, once. That is
 * looked at before anything else, so that no other refusal saves a family of which a copy is about.
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

  /** To be called in the transaction that holds the family's row. */
  public Standing standing(PresentedFamily family, Instant at) {
    if (family.wasUsed()) {
      if (family.end(at)) {
        outbox.record(
            Activity.Kind.REFRESH_REUSED,
            family.organization(),
            family.person(),
            family.session(),
            family.key(),
            REUSED,
            at);
      }
      return Standing.REUSED;
    }
    if (family.hasEnded()) {
      return Standing.ENDED;
    }
    return at.isBefore(family.expiresAt()) ? Standing.LIVE : Standing.EXPIRED;
  }
}
