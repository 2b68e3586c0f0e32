package dev.keyledger.kit.internal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Asks for an internal token before every handler that is {@link InternalEndpoint}, and refuses to
 * start a service where one under {@code /internal/} is not, or one elsewhere is.
 */
public final class InternalEndpoints
    implements HandlerInterceptor, WebMvcConfigurer, SmartInitializingSingleton {
  private static final String ROOT = "/internal/";

  private final InternalCallers callers;
  private final ApplicationContext context;

  InternalEndpoints(InternalCallers callers, ApplicationContext context) {
    this.callers = callers;
    this.context = context;
  }

  /** Method and path of each, with those who may call it. */
  public static Map<String, Set<ServicePair>> in(ApplicationContext context) {
    var all = new TreeMap<String, Set<ServicePair>>();
    for (var mapping : context.getBeansOfType(RequestMappingHandlerMapping.class).values()) {
      mapping
          .getHandlerMethods()
          .forEach((info, handler) -> {
            Set<ServicePair> declared = declaredBy(handler);
            for (String path : info.getPatternValues()) {
              if (path.startsWith(ROOT) || declared != null) {
                all.put(methodsOf(info) + " " + path, declared == null ? Set.of() : declared);
              }
            }
          });
    }
    return all;
  }

  @Override
  public void afterSingletonsInstantiated() {
    List<String> amiss =
        in(context).entrySet().stream()
            .filter(one -> one.getValue().isEmpty() || !one.getKey().contains(" " + ROOT))
            .map(Map.Entry::getKey)
            .toList();
    if (!amiss.isEmpty()) {
      throw new IllegalStateException(
          "an endpoint under "
              + ROOT
              + " declares its callers by @InternalEndpoint, and no other does: "
              + String.join("; ", amiss));
    }
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(this).order(0);
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (handler instanceof HandlerMethod method) {
      Set<ServicePair> declared = declaredBy(method);
      if (declared != null) {
        callers.require(request.getHeader("Authorization"), declared);
      }
    }
    return true;
  }

  private static @Nullable Set<ServicePair> declaredBy(HandlerMethod handler) {
    InternalEndpoint declared = handler.getMethodAnnotation(InternalEndpoint.class);
    if (declared == null) {
      return null;
    }
    Set<ServicePair> callers = EnumSet.noneOf(ServicePair.class);
    callers.addAll(List.of(declared.value()));
    return callers;
  }

  private static String methodsOf(RequestMappingInfo info) {
    return String.join(
        ",", info.getMethodsCondition().getMethods().stream().map(Enum::name).sorted().toList());
  }
}
