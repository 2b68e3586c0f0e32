package dev.keyledger.subscriber.starter;

import dev.keyledger.subscriber.Authenticator;
import dev.keyledger.subscriber.Caller;
import dev.keyledger.subscriber.Presentation;
import dev.keyledger.subscriber.verify.Credential;
import dev.keyledger.subscriber.verify.Refusals;
import dev.keyledger.subscriber.web.ClientAddresses;
import dev.keyledger.subscriber.web.GatewayHeaders;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;

/**
 * Authenticates where the handler's rule asks for it, and enforces the rule. On a public endpoint
 * nobody is asked about a credential that happens to be there. A handler without a rule answers
 * nobody.
 */
final class AccessInterceptor implements HandlerInterceptor {
  private static final String ORGANIZATION_VARIABLE = "org";

  private final Authenticator authenticator;
  private final ClientAddresses addresses;
  private final GatewayHeaders gateway;

  AccessInterceptor(
      Authenticator authenticator, ClientAddresses addresses, GatewayHeaders gateway) {
    this.authenticator = authenticator;
    this.addresses = addresses;
    this.gateway = gateway;
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (handler instanceof ResourceHttpRequestHandler) {
      return true;
    }
    AccessRule rule =
        handler instanceof HandlerMethod method
            ? AccessRule.of(method).orElseThrow(Refusals::forbidden)
            : forbidden();
    switch (rule) {
      case AccessRule.Public open -> {}
      case AccessRule.Needs needs -> {
        if (!needs.isMetBy(callerOf(request), organizationOf(request))) {
          throw Refusals.forbidden();
        }
      }
    }
    return true;
  }

  private static AccessRule forbidden() {
    throw Refusals.forbidden();
  }

  // An answer that comes later is dispatched once more; by then its own command may have revoked
  // the caller.
  private Caller callerOf(HttpServletRequest request) {
    String attribute = Caller.class.getName();
    if (request.getAttribute(attribute) instanceof Caller known) {
      return known;
    }
    Credential credential =
        Credential.in(values(request, "Authorization"), values(request, "X-Api-Key"))
            .orElseThrow(Refusals::missing);
    Caller caller = authenticator.authenticate(credential, presentationOf(request));
    request.setAttribute(attribute, caller);
    return caller;
  }

  private Presentation presentationOf(HttpServletRequest request) {
    return new Presentation(
        addresses.of(request), gateway.environmentsOf(request), gateway.dialectOf(request));
  }

  private static @Nullable String organizationOf(HttpServletRequest request) {
    return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
                instanceof Map<?, ?> variables
            && variables.get(ORGANIZATION_VARIABLE) instanceof String organization
        ? organization
        : null;
  }

  private static List<String> values(HttpServletRequest request, String header) {
    return Collections.list(request.getHeaders(header));
  }
}
