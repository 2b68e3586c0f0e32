package dev.keyledger.testing;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every endpoint that a service has registered, so that a rule can be asked of each. */
public final class Endpoints {
  /** In every variable: an id of the right form for one of them, and for the others of none. */
  private static final String SOME = "per_01890000-0000-7000-8000-000000000000";

  /**
   * @param path with something in the place of its variables
   * @param pattern as it is declared
   */
  public record Endpoint(String method, String path, String pattern)
      implements Comparable<Endpoint> {
    public boolean isInternal() {
      return pattern.startsWith("/internal/");
    }

    @Override
    public int compareTo(Endpoint other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      return method + " " + pattern;
    }
  }

  private Endpoints() {}

  /** Those of controllers; of the framework's own place for errors there is none. */
  public static Set<Endpoint> ofControllers(ApplicationContext context) {
    var all = new TreeSet<Endpoint>();
    for (var mapping : context.getBeansOfType(RequestMappingHandlerMapping.class).values()) {
      for (RequestMappingInfo info : mapping.getHandlerMethods().keySet()) {
        Collection<RequestMethod> methods = info.getMethodsCondition().getMethods();
        for (String pattern : info.getPatternValues()) {
          methods.forEach(method -> all.add(endpoint(method.name(), pattern)));
        }
      }
    }
    return all;
  }

  /** Paths of servlets beside the framework's own. */
  public static List<String> ofServlets(ApplicationContext context) {
    return context.getBeansOfType(ServletRegistrationBean.class).values().stream()
        .flatMap(Endpoints::pathsOf)
        .filter(path -> !path.equals("/"))
        .sorted()
        .toList();
  }

  private static Stream<String> pathsOf(ServletRegistrationBean<?> servlet) {
    return servlet.getUrlMappings().stream();
  }

  private static Endpoint endpoint(String method, String pattern) {
    return new Endpoint(method, pattern.replaceAll("\\{[^}]*}", SOME), pattern);
  }
}
