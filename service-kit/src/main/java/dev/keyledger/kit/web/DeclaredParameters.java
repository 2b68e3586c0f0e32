package dev.keyledger.kit.web;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Holds every request to the {@link QueryParameters} that its handler declares by {@link
 * RequestParam}, or has by its {@link ArgumentParameters}; a list or an array is one that may be
 * repeated. Which those are is found out once for each handler.
 *
 * <p>It stands behind authentication: who may not ask is told that first.
 */
final class DeclaredParameters implements HandlerInterceptor {
  private static final DefaultParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

  private final List<ArgumentParameters> ofArguments;
  private final ConcurrentHashMap<Method, QueryParameters> known = new ConcurrentHashMap<>();

  DeclaredParameters(List<ArgumentParameters> ofArguments) {
    this.ofArguments = ofArguments;
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    // What is dispatched once more, as an error or an answer that came later, was looked at before.
    if (handler instanceof HandlerMethod method
        && request.getQueryString() != null
        && request.getDispatcherType() == DispatcherType.REQUEST) {
      known
          .computeIfAbsent(method.getMethod(), m -> declaredBy(method))
          .check(request.getQueryString());
    }
    return true;
  }

  private QueryParameters declaredBy(HandlerMethod handler) {
    QueryParameters declared = QueryParameters.NONE;
    for (MethodParameter parameter : handler.getMethodParameters()) {
      RequestParam annotation = parameter.getParameterAnnotation(RequestParam.class);
      if (annotation != null) {
        String name = nameOf(parameter, annotation);
        declared = isRepeated(parameter) ? declared.withRepeated(name) : declared.with(name);
      }
      for (ArgumentParameters argument : ofArguments) {
        for (String name : argument.of(parameter)) {
          declared = declared.with(name);
        }
      }
    }
    return declared;
  }

  private static String nameOf(MethodParameter parameter, RequestParam annotation) {
    // As the framework itself has it: the annotation's two names are aliases.
    String given = annotation.name().isEmpty() ? annotation.value() : annotation.name();
    if (!given.isEmpty()) {
      return given;
    }
    parameter.initParameterNameDiscovery(NAMES);
    return Objects.requireNonNull(parameter.getParameterName(), "compiled without names");
  }

  private static boolean isRepeated(MethodParameter parameter) {
    Class<?> type = parameter.getParameterType();
    return type.isArray() || Collection.class.isAssignableFrom(type);
  }
}
