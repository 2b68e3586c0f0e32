package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.kit.decide.Code;

/** What presenting a refresh token came to. */
public sealed interface Rotation {
  /**
   * @param pair in the place of the token that was presented, which is dead now
   */
  record Rotated(Successor pair) implements Rotation {}

  /** It is the request that is at fault; the token stays as it was. */
  record Declined(Fault fault) implements Rotation {}

  enum Fault {
    /** The token is bound to a client that has to show its secret, and didn't. */
    CLIENT_NOT_AUTHENTICATED,
    /** More was asked for than was granted. */
    BEYOND_SCOPE
  }

  /** Unknown, expired, ended, used before, or of a key or secret that is no longer good. */
  record Refused(Code code) implements Rotation {}
}
