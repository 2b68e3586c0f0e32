package dev.keyledger.token.enforcement.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * {@code http.server.requests} of the hot path, tagged as the framework tags those of every other
 * endpoint. Observed in the framework's general way, a request would cost as much again as the
 * decision in it.
 */
final class DecisionTimer extends HttpFilter {
  /** Of servlets with plain paths, so that no client can make up another. */
  static final Set<String> PATHS =
      Set.of(
          "/v1/keys/verify",
          "/v1/authorize",
          "/v1/tokens",
          "/oauth2/token",
          "/oauth2/introspect",
          "/oauth2/revoke");

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private record Kind(String path, String method, int status) {}

  private final transient MeterRegistry registry;
  private final transient ConcurrentHashMap<Kind, Timer> timers = new ConcurrentHashMap<>();

  DecisionTimer(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    long startedAt = System.nanoTime();
    try {
      chain.doFilter(request, response);
    } finally {
      String method = METHODS.contains(request.getMethod()) ? request.getMethod() : "UNKNOWN";
      timerOf(new Kind(request.getServletPath(), method, response.getStatus()))
          .record(System.nanoTime() - startedAt, TimeUnit.NANOSECONDS);
    }
  }

  private Timer timerOf(Kind kind) {
    Timer timer = timers.get(kind);
    return timer == null ? timers.computeIfAbsent(kind, this::register) : timer;
  }

  private Timer register(Kind kind) {
    HttpStatus.Series series = HttpStatus.Series.resolve(kind.status());
    return Timer.builder("http.server.requests")
        .tag("uri", kind.path())
        .tag("method", kind.method())
        .tag("status", Integer.toString(kind.status()))
        .tag("outcome", outcomeOf(series))
        .tag("exception", "none")
        .tag("error", "none")
        .register(registry);
  }

  private static String outcomeOf(HttpStatus.@Nullable Series series) {
    return switch (series) {
      case SUCCESSFUL -> "SUCCESS";
      case INFORMATIONAL, REDIRECTION, CLIENT_ERROR, SERVER_ERROR -> series.name();
      case null -> "UNKNOWN";
    };
  }
}
