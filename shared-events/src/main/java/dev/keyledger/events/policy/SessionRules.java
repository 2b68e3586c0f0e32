package dev.keyledger.events.policy;

import java.time.Duration;

/**
 * Sessions of people whose active organisation this is.
 *
 * @param accessLifetime of an access token
 * @param refreshLifetime of a refresh family, from sign-in; rotation never stretches it
 */
public record SessionRules(
    Duration accessLifetime, Duration refreshLifetime, SecondStep secondStep) {
  /** From the loosest to the strictest. */
  public enum SecondStep {
    /**
     * Asked of nobody who signs in by the paths of a published system, which may know of none. By
     * the platform's own it is {@link #WHEN_ENROLLED}: somewhere whoever has one has to be able to
     * take it.
     */
    NEVER,
    /** Asked of those who have confirmed one. */
    WHEN_ENROLLED,
    ALWAYS
  }
}
