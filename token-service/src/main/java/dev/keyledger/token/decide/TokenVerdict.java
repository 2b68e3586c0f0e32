package dev.keyledger.token.decide;

import dev.keyledger.token.issue.AccessClaims;
import java.util.Set;

/** What {@link TokenDecision} comes to. */
public sealed interface TokenVerdict {
  /**
   * @param permissions what it allows now, which may be less or more than what it says
   */
  record Active(AccessClaims claims, Set<String> permissions) implements TokenVerdict {}

  record Inactive(Code code) implements TokenVerdict {}
}
