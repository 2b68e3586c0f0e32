package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.kit.decide.Code;

/** What presenting a refresh token came to. */
public sealed interface Rotation {
  /**
   * @param next takes the place of the one presented, which is dead now
   */
  record Rotated(KeyRefreshFamily family, SecretText next) implements Rotation {}

  /** Unknown, expired, ended, used before, or of a key or secret that is no longer good. */
  record Refused(Code code) implements Rotation {}
}
