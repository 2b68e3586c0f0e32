package dev.keyledger.kit.web;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** What the client prefers: all headers {@code Prefer} of the request. */
final class PreferResolver implements HandlerMethodArgumentResolver {
  private static final String HEADER = "Prefer";

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Prefer.class;
  }

  @Override
  public Prefer resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    String[] headers = request.getHeaderValues(HEADER);
    return Prefer.of(headers == null ? List.of() : List.of(headers));
  }
}
