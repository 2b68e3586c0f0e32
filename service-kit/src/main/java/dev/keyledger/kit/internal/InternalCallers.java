package dev.keyledger.kit.internal;

import dev.keyledger.kit.web.Problem;
import org.jspecify.annotations.Nullable;

/** Lets in the platform's own services alone. */
public final class InternalCallers {
  private static final String SCHEME = "Bearer ";

  private final InternalTokens tokens;

  public InternalCallers(InternalTokens tokens) {
    this.tokens = tokens;
  }

  /**
   * @return the service's name
   * @throws dev.keyledger.kit.web.ProblemException 401
   */
  public String require(@Nullable String authorization) {
    if (authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      var service = tokens.verify(authorization.substring(SCHEME.length()).strip());
      if (service.isPresent()) {
        return service.get();
      }
    }
    throw Problem.of(401, "invalid_token", "An internal token is due here.")
        .withHeader("WWW-Authenticate", "Bearer")
        .toException();
  }
}
