package dev.keyledger.client.spring;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.ClientSettings.UndeclaredEndpoints;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;

/**
 * Authenticates where the handler's rule asks for it, and enforces the rule. On a public endpoint
 * the authenticator is not asked about a credential that happens to be there.
 */
final class AccessInterceptor implements HandlerInterceptor {
  private static final String ORGANIZATION_VARIABLE = "org";

  private final Authenticator authenticator;
  private final RequestContexts contexts;
  private final UndeclaredEndpoints undeclared;

  AccessInterceptor(
      Authenticator authenticator, RequestContexts contexts, UndeclaredEndpoints undeclared) {
    this.authenticator = authenticator;
    this.contexts = contexts;
    this.undeclared = undeclared;
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    try {
      if (!(handler instanceof HandlerMethod method)) {
        return isOpen(handler);
      }
      AccessRule rule = AccessRule.of(method, undeclared);
      if (rule instanceof AccessRule.Denied) {
        throw AccessRefusedException.forbidden();
      }
      if (rule instanceof AccessRule.Needs needs) {
        needs.requireOf(callerOf(request), organizationOf(request));
      }
      return true;
    } catch (AccessRefusedException e) {
      throw new EndpointRefusedException(e);
    }
  }

  // Static files and the like carry no annotations. They are the host's own affair, unless it asks
  // for a rule on everything.
  private boolean isOpen(Object handler) {
    boolean strict =
        undeclared == UndeclaredEndpoints.DENIED
            || undeclared == UndeclaredEndpoints.REFUSE_TO_START;
    if (strict && !(handler instanceof ResourceHttpRequestHandler)) {
      throw AccessRefusedException.forbidden();
    }
    return true;
  }

  // An answer that comes later is dispatched once more; by then its own command may have revoked
  // the caller.
  private Caller callerOf(HttpServletRequest request) {
    String attribute = Caller.class.getName();
    if (request.getAttribute(attribute) instanceof Caller known) {
      return known;
    }
    Caller caller = Presented.in(request, contexts).by(authenticator);
    request.setAttribute(attribute, caller);
    return caller;
  }

  private static @Nullable String organizationOf(HttpServletRequest request) {
    return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
                instanceof Map<?, ?> variables
            && variables.get(ORGANIZATION_VARIABLE) instanceof String organization
        ? organization
        : null;
  }
}
