package dev.keyledger.token.identity.invitations;

import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Lets in the platform's own services alone. */
@Component
final class InternalCallers {
  private static final String SCHEME = "Bearer ";

  private final InternalTokens tokens;

  InternalCallers(InternalTokens tokens) {
    this.tokens = tokens;
  }

  /**
   * @return the service's name
   * @throws dev.keyledger.kit.web.ProblemException 401
   */
  String require(@Nullable String authorization) {
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
