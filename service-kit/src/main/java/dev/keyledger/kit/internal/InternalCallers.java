package dev.keyledger.kit.internal;

import dev.keyledger.kit.web.Problem;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells who of the platform's own services calls this one. */
public final class InternalCallers {
  static final String NOT_ALLOWED = "caller_not_allowed";

  private static final String SCHEME = "Bearer ";

  private final InternalTokens tokens;
  private final String service;

  /**
   * @param service this one's name
   */
  InternalCallers(InternalTokens tokens, String service) {
    this.tokens = tokens;
    this.service = service;
  }

  /** Empty for anything that is no internal token, alive and for this service. */
  public Optional<ServicePair> callerBy(String token) {
    return tokens.verify(token, service);
  }

  /**
   * @throws dev.keyledger.kit.web.ProblemException 401; 403 for a service that isn't among these
   */
  void require(@Nullable String authorization, Set<ServicePair> callers) {
    ServicePair caller =
        Optional.ofNullable(authorization)
            .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
            .flatMap(value -> callerBy(value.substring(SCHEME.length()).strip()))
            .orElseThrow(() ->
                Problem.of(401, "invalid_token", "An internal token is due here.")
                    .withHeader("WWW-Authenticate", "Bearer")
                    .toException());
    if (!callers.contains(caller)) {
      throw Problem.of(403, NOT_ALLOWED, "The service that calls has no business here.")
          .toException();
    }
  }
}
