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
    /** A password is enough, also of those who have one. */
    NEVER,
    /** Asked of those who have confirmed one. */
    WHEN_ENROLLED,
    ALWAYS
  }
}
