package dev.keyledger.kit.web;

import jakarta.servlet.Servlet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.ApplicationContext;
import org.springframework.http.server.PathContainer;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** Which methods the paths of a service take: told by all that it has registered. */
public final class PathMethods {
  /** A servlet that says so itself. */
  public interface Declared {
    /** In capitals; empty for any. */
    Set<String> methods();
  }

  private record Taken(PathPattern path, Set<String> methods) {}

  private final ApplicationContext context;
  private volatile @Nullable List<Taken> all;

  PathMethods(ApplicationContext context) {
    this.context = context;
  }

  /**
   * @param path as it stands in the request line, without the query
   * @return in capitals, without those that come by themselves; empty for a path that isn't there
   */
  public Set<String> of(String path) {
    PathContainer parsed;
    try {
      parsed = PathContainer.parsePath(path);
    } catch (IllegalArgumentException e) {
      return Set.of();
    }
    return registered().stream()
        .filter(taken -> taken.path.matches(parsed))
        .flatMap(taken -> taken.methods.stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  // Found out at the first question: a filter that needs it is made before the handlers are.
  private List<Taken> registered() {
    List<Taken> known = all;
    if (known == null) {
      var found = new ArrayList<Taken>();
      context
          .getBeansOfType(RequestMappingInfoHandlerMapping.class)
          .values()
          .forEach(mapping -> ofControllers(mapping.getHandlerMethods(), found));
      context.getBeansOfType(ServletRegistrationBean.class).values().forEach(s -> of(s, found));
      known = List.copyOf(found);
      all = known;
    }
    return known;
  }

  private static void ofControllers(
      Map<RequestMappingInfo, HandlerMethod> handlers, List<Taken> found) {
    handlers.forEach((info, handler) -> {
      if (info.getPathPatternsCondition() != null
          && !ErrorController.class.isAssignableFrom(handler.getBeanType())) {
        var methods = new HashSet<String>();
        info.getMethodsCondition().getMethods().forEach(method -> methods.add(method.name()));
        info.getPathPatternsCondition()
            .getPatterns()
            .forEach(path -> found.add(new Taken(path, orAny(methods))));
      }
    });
  }

  private static void of(ServletRegistrationBean<?> registration, List<Taken> found) {
    Servlet servlet = registration.getServlet();
    if (servlet instanceof Declared declared) {
      registration
          .getUrlMappings()
          .forEach(path ->
              found.add(
                  new Taken(
                      PathPatternParser.defaultInstance.parse(path), orAny(declared.methods()))));
    }
  }

  private static Set<String> orAny(Set<String> methods) {
    return methods.isEmpty() ? AllowedMethods.ANY : Set.copyOf(methods);
  }
}
