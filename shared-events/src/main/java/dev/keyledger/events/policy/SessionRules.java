package dev.keyledger.events.policy;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of people whose active organisation this is.
 *
 * @param accessLifetime of an access token
 * @param refreshLifetime of a refresh token
 * @param refresh whether the next one lives as long again; fixed in policies of before there was a
 *     choice
 * @param familyLifetime from sign-in, beyond which nothing is refreshed; {@code null} for no bound
 */
public record SessionRules(
    Duration accessLifetime,
    Duration refreshLifetime,
    Refresh refresh,
    @Nullable Duration familyLifetime,
    SecondStep secondStep) {
  public SessionRules {
    refresh = refresh == null ? Refresh.FIXED : refresh;
  }

  /** Ends a refresh token's lifetime after sign-in, however often it is refreshed. */
  public SessionRules(Duration accessLifetime, Duration refreshLifetime, SecondStep secondStep) {
    this(accessLifetime, refreshLifetime, Refresh.FIXED, null, secondStep);
  }

  /** First instant at which a refresh token no longer works. */
  public Instant endOfRefresh(Instant signedInAt, Instant given) {
    return refresh.endOf(signedInAt, given, refreshLifetime, familyLifetime);
  }

  /** How long after sign-in a session can be refreshed at most; {@code null} for no bound. */
  public @Nullable Duration longestFamily() {
    return refresh.longest(refreshLifetime, familyLifetime);
  }

  /** From the loosest to the strictest. */
  public enum SecondStep {
    /**
     * Asked of no person who signs in by the paths of a published system, which may know of none.
     * By the platform's own it is {@link #WHEN_ENROLLED}: somewhere a person who has one has to be
     * able to take it.
     */
    NEVER,
    /** Asked of those who have confirmed one. */
    WHEN_ENROLLED,
    ALWAYS
  }
}
