package dev.keyledger.client;

/**
 * Tells whether a person's session is alive by other means than revocations: asked while those that
 * are known here are stale, and where token-service can't tell what a token is worth. What a person
 * may do is not told: a service can only have one if it decides by itself all else that their token
 * rests on, which are membership, role and address.
 */
@FunctionalInterface
public interface SessionCheck {
  /** For a service that has no such means. */
  SessionCheck NONE = token -> Standing.NOT_TOLD;

  /** What is known of the session, and of the one token. */
  enum Standing {
    /** Neither the session nor the token has been ended, and both are the same person's. */
    ALIVE,
    ENDED,
    /** This token is none of which that is told. */
    NOT_TOLD
  }

  /**
   * @param token verified, and not expired
   * @throws UnavailableException when there is no answer in time
   */
  Standing standingOf(AccessToken token);
}
