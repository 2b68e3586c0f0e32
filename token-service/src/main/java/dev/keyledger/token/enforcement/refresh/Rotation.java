package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.token.enforcement.decide.Code;

/** What presenting a refresh token came to. */
public sealed interface Rotation {
  /**
   * @param next takes the place of the one presented, which is dead now
   */
  record Rotated(KeyRefreshFamily family, SecretText next) implements Rotation {}

  /** Unknown, expired, ended, or refused by whoever was asked whether the family still holds. */
  record Refused(Code code) implements Rotation {}

  /** It was used before: somebody has a copy, so the whole family is dead now. */
  record Reused() implements Rotation {}
}
