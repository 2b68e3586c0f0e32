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
 * @param refreshReuseInterval for how long the same client, asking again with a refresh token that
 *     was exchanged, gets the same pair again; {@code null} where each use beyond the first ends
 *     the session, as in policies of before there was a choice
 */
public record SessionRules(
    Duration accessLifetime,
    Duration refreshLifetime,
    Refresh refresh,
    @Nullable Duration familyLifetime,
    @Nullable Duration refreshReuseInterval,
    SecondStep secondStep) {
  public SessionRules {
    refresh = refresh == null ? Refresh.FIXED : refresh;
  }

  /** Each use of a refresh token beyond the first ends the session. */
  public SessionRules(
      Duration accessLifetime,
      Duration refreshLifetime,
      Refresh refresh,
      @Nullable Duration familyLifetime,
      SecondStep secondStep) {
    this(accessLifetime, refreshLifetime, refresh, familyLifetime, null, secondStep);
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
