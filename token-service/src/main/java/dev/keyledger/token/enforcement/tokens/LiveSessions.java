package dev.keyledger.token.enforcement.tokens;

import dev.keyledger.kit.sessions.SessionQuestion;

/**
 * Tells by PostgreSQL alone whether a person's session, and the one token of it, is alive; sessions
 * implement it. For when the view of what ended is too old to tell.
 */
@FunctionalInterface
public interface LiveSessions {
  /** Whether it is that person's, as a member or operator as the token says, and hasn't ended. */
  boolean isAlive(SessionQuestion question);
}
