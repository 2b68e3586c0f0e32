package dev.keyledger.command.api;

import dev.keyledger.client.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.servlet.HandlerMapping;

/** What was found out about a request before its handler's arguments are made. */
final class Requests {
  private Requests() {}

  static HttpServletRequest servlet(NativeWebRequest request) {
    var servlet = request.getNativeRequest(HttpServletRequest.class);
    if (servlet == null) {
      throw new IllegalStateException("not a servlet request");
    }
    return servlet;
  }

  /**
   * @throws IllegalStateException on an endpoint that asks for no credential
   */
  static Caller callerOf(NativeWebRequest request) {
    if (request.getAttribute(Caller.class.getName(), RequestAttributes.SCOPE_REQUEST)
        instanceof Caller caller) {
      return caller;
    }
    throw new IllegalStateException("the request's caller was not verified");
  }

  static String pathVariable(NativeWebRequest request, String name) {
    if (request.getAttribute(
                HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, RequestAttributes.SCOPE_REQUEST)
            instanceof Map<?, ?> variables
        && variables.get(name) instanceof String value) {
      return value;
    }
    throw new IllegalStateException("the path has no variable " + name);
  }
}
