package dev.keyledger.kit.sessions;

import dev.keyledger.client.AccessToken;
import dev.keyledger.client.Caller;
import dev.keyledger.client.SessionCheck;
import dev.keyledger.client.UnavailableException;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import java.util.Set;

/**
 * Asks token-service, which has sessions in PostgreSQL: so it can tell of them without Kafka, for
 * as long as that is away.
 */
public final class TokenServiceSessions implements SessionCheck {
  private static final String PATH = "/internal/v1/sessions/standing";

  private final TokenServiceClient tokenService;
  private final Set<Caller.Kind> kinds;

  /**
   * @param kinds of callers of whom this service decides all else by itself
   */
  public TokenServiceSessions(TokenServiceClient tokenService, Set<Caller.Kind> kinds) {
    this.tokenService = tokenService;
    this.kinds = Set.copyOf(kinds);
  }

  @Override
  public Standing standingOf(AccessToken token) {
    if (token.session() == null || !kinds.contains(token.kind())) {
      return Standing.NOT_TOLD;
    }
    try {
      boolean alive =
          tokenService.post(PATH, SessionQuestion.about(token), SessionAnswer.class).alive();
      return alive ? Standing.ALIVE : Standing.ENDED;
    } catch (UnansweredException e) {
      throw new UnavailableException("whether a session is alive: " + e.getMessage());
    }
  }
}
