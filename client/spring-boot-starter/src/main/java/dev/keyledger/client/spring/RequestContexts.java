package dev.keyledger.client.spring;

import dev.keyledger.client.RequestContext;
import jakarta.servlet.http.HttpServletRequest;

/** What of a request decides about a credential beside the credential itself. */
@FunctionalInterface
public interface RequestContexts {
  RequestContext of(HttpServletRequest request);
}
