package dev.keyledger.client.spring;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Caller;
import dev.keyledger.client.Credential;
import dev.keyledger.client.RequestContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;

/**
 * What a request presents, so that an answer that lasts can ask again whether it is still good.
 *
 * @param credential not verified
 */
public record Presented(Credential credential, RequestContext context) {

  /**
   * @throws AccessRefusedException 401 where it presents none, or more than one
   */
  public static Presented in(HttpServletRequest request, RequestContexts contexts) {
    Credential credential =
        Credential.in(values(request, "Authorization"), values(request, "X-Api-Key"))
            .orElseThrow(AccessRefusedException::missing);
    return new Presented(credential, contexts.of(request));
  }

  /** Who that is now: as {@link Authenticator#authenticate}. */
  public Caller by(Authenticator authenticator) {
    return authenticator.authenticate(credential, context);
  }

  private static List<String> values(HttpServletRequest request, String header) {
    return Collections.list(request.getHeaders(header));
  }

  @Override
  public String toString() {
    return "[what a request presents]";
  }
}
