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
  public enum SecondStep {
    /** Asked of those who have confirmed one. */
    WHEN_ENROLLED,
    ALWAYS
  }
}
