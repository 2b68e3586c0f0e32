package dev.keyledger.token.identity.people;

import dev.keyledger.kit.web.ProblemException;

/** When a refusal is told. */
@FunctionalInterface
public interface RefusalTime {
  /**
   * Once everything else that the request does is done.
   *
   * @return what to throw
   */
  RuntimeException told(ProblemException refusal);
}
