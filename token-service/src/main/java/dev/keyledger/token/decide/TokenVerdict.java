package dev.keyledger.token.decide;

import dev.keyledger.token.issue.AccessClaims;
import java.util.Set;

/** What {@link TokenDecision} comes to. */
public sealed interface TokenVerdict {
  /**
   * @param permissions what it allows now, which may be less or more than what it says
   * @param addressBound whether another address could have another answer
   * @param position of the organisation, read before the permissions were computed; -1 for none
   */
  record Active(AccessClaims claims, Set<String> permissions, boolean addressBound, long position)
      implements TokenVerdict {}

  record Inactive(Code code) implements TokenVerdict {}
}
