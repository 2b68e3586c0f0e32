package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Caller;
import dev.keyledger.client.Credential;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The one credential that a request presents in its headers, and who it stands for. */
public final class Callers {
  private final StateAuthenticator authenticator;
  private final Places places;

  public Callers(StateAuthenticator authenticator, Places places) {
    this.authenticator = authenticator;
    this.places = places;
  }

  Caller of(HttpServletRequest request) {
    return authenticator.callerOf(
        credentialOf(request).orElseThrow(AccessRefusedException::missing), places.of(request));
  }

  /**
   * @throws AccessRefusedException 401 when there are several
   */
  static Optional<Credential> credentialOf(HttpServletRequest request) {
    return Credential.in(values(request, "Authorization"), values(request, "X-Api-Key"));
  }

  static List<String> values(HttpServletRequest request, String header) {
    return Collections.list(request.getHeaders(header));
  }
}
