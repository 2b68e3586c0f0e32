package dev.keyledger.token.enforcement.tokens;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Ends the session that a refresh token of a person belongs to (RFC 7009); sessions implement it.
 */
@FunctionalInterface
public interface SessionEnds {
  /** What a session's refresh token begins with. */
  String REFRESH_PREFIX = "klr_";

  /**
   * A token that is unknown, or whose session ended before, leaves nothing to do.
   *
   * @param mayEnd asked with the session's person
   * @return where it ended, which is nowhere when nothing was left to end; empty when it is a
   *     session that the principal may not end
   */
  Optional<List<StreamPosition>> end(String refreshToken, Predicate<PersonId> mayEnd);
}
