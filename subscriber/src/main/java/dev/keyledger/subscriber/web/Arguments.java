package dev.keyledger.subscriber.web;

import dev.keyledger.subscriber.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Lets handler methods take what filters have found out about a request. */
final class Arguments {
  private Arguments() {}

  /**
   * A {@code @Nullable Caller} is {@code null} on an endpoint that was called without credentials.
   */
  static HandlerMethodArgumentResolver caller() {
    return new OfRequest<>(
        Caller.class, request -> (Caller) request.getAttribute(Caller.class.getName()));
  }

  static HandlerMethodArgumentResolver trace() {
    return new OfRequest<>(RequestTrace.class, RequestTrace::of);
  }

  private record OfRequest<T>(Class<T> type, Function<HttpServletRequest, @Nullable T> find)
      implements HandlerMethodArgumentResolver {
    @Override
    public boolean supportsParameter(MethodParameter parameter) {
      return parameter.getParameterType() == type;
    }

    @Override
    public @Nullable Object resolveArgument(
        MethodParameter parameter,
        @Nullable ModelAndViewContainer container,
        NativeWebRequest request,
        @Nullable WebDataBinderFactory binders) {
      var servletRequest = request.getNativeRequest(HttpServletRequest.class);
      if (servletRequest == null) {
        throw new IllegalStateException("not a servlet request");
      }
      return find.apply(servletRequest);
    }
  }
}
