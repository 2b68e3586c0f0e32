package dev.keyledger.gateway.dialect;

import dev.keyledger.gateway.Admission;
import dev.keyledger.gateway.OutgoingHeaders;
import dev.keyledger.gateway.PlainPathFilter;
import dev.keyledger.kit.web.AllowedMethods;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.kit.web.bounds.RefusalForm;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.server.PathContainer;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.pattern.PathPattern.PathMatchInfo;

/**
 * Gives a dialect's paths to the dialect. A filter in front of all that would answer in a form of
 * its own: whatever happens to a request there is told as its system tells things.
 */
final class Dialects extends OncePerRequestFilter {
  private static final Logger log = LoggerFactory.getLogger(Dialects.class);

  private final List<Dialect> dialects;
  private final Canonical canonical;
  private final OutgoingHeaders outgoing;
  private final Admission admission;
  private final int largestBody;

  Dialects(
      List<Dialect> dialects,
      Canonical canonical,
      OutgoingHeaders outgoing,
      Admission admission,
      int largestBody) {
    this.dialects = List.copyOf(dialects);
    this.canonical = canonical;
    this.outgoing = outgoing;
    this.admission = admission;
    this.largestBody = largestBody;
    // Of use to the operator, and to the suite that asks each of them everything.
    this.dialects.forEach(dialect ->
        log.info(
            "Dialect {} answers {}",
            dialect.name(),
            dialect.endpoints().stream()
                .map(Endpoint::toString)
                .collect(Collectors.joining(", "))));
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    boolean refused = request.getDispatcherType() == DispatcherType.ERROR;
    Object uri = refused ? request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) : null;
    String asked = uri == null ? request.getRequestURI() : uri.toString();
    PathContainer path = pathOf(asked);
    Optional<Dialect> owner = ownerOf(asked, dialects.stream());
    if (owner.isEmpty()) {
      chain.doFilter(request, response);
    } else if (refused) {
      Problem problem = RefusalForm.unreadable(response.getStatus());
      write(owner.get().refusal(problem), request, response);
    } else {
      write(answer(owner.get(), request, path), request, response);
    }
  }

  /** Whatever it is that cannot be read, a letter in its place tells as well whose path it is. */
  static PathContainer pathOf(String uri) {
    try {
      return PathContainer.parsePath(uri);
    } catch (IllegalArgumentException e) {
      return PathContainer.parsePath(
          uri.replaceAll(";[^/]*", "").replaceAll("[^A-Za-z0-9/._~-]+", "x"));
    }
  }

  // The server's own error page would put itself in the place of what was answered.
  @Override
  protected boolean shouldNotFilterErrorDispatch() {
    return false;
  }

  /** Whose the path is: what is below one of its own is the dialect's, too. */
  static Optional<Dialect> ownerOf(String uri, Stream<Dialect> dialects) {
    PathContainer path = pathOf(uri);
    return dialects
        .filter(dialect -> dialect.endpoints().stream().anyMatch(e -> e.owns(path)))
        .findFirst();
  }

  private Answer answer(Dialect dialect, HttpServletRequest request, PathContainer path) {
    var call = new Call(request, dialect.name(), Map.of(), outgoing.of(request), largestBody);
    return dialect.around(
        call,
        () ->
            admission
                .refusalOf(request, call.outgoing())
                .map(dialect::refusal)
                .orElseGet(() -> handled(dialect, call, path)));
  }

  private Answer handled(Dialect dialect, Call call, PathContainer path) {
    try {
      return routed(dialect, call, path);
    } catch (ProblemException e) {
      return dialect.refusal(e.problem());
    } catch (RuntimeException e) {
      log.error("A call of {} failed unexpectedly", dialect.name(), e);
      return dialect.refusal(Problem.of(500, "internal", "Something went wrong on our side."));
    }
  }

  private Answer routed(Dialect dialect, Call call, PathContainer path) {
    if (!PlainPathFilter.isPlain(call.path())) {
      throw Problem.of(400, "bad_request", "The path is ambiguous.").toException();
    }
    List<Endpoint> here =
        dialect.endpoints().stream().filter(endpoint -> endpoint.match(path) != null).toList();
    if (here.isEmpty()) {
      throw Problem.of(404, "not_found", "There is nothing here.").toException();
    }
    boolean asksForMethods = call.method().equals("OPTIONS");
    if (asksForMethods || call.method().equals("TRACE")) {
      Set<String> allowed = allowed(here, call);
      if (asksForMethods) {
        return Answer.empty(204).with("Allow", AllowedMethods.header(allowed));
      }
      throw wrongMethod(allowed);
    }
    Endpoint endpoint =
        here.stream()
            .filter(e -> e.takes(call.method()))
            .findFirst()
            .orElseThrow(() -> wrongMethod(allowed(here, call)));
    PathMatchInfo match = endpoint.match(path);
    return endpoint.handle(match == null ? call : call.with(match.getUriVariables()));
  }

  /** What the service behind us takes, it alone can tell, and tells anybody. */
  private Set<String> allowed(List<Endpoint> here, Call call) {
    return here.stream().anyMatch(Endpoint::isOfService)
        ? canonical.on(call).methodsBehind()
        : here.stream().flatMap(Endpoint::methods).collect(Collectors.toSet());
  }

  // Only what the system's texts know: OPTIONS is answered, but no method of theirs.
  private static ProblemException wrongMethod(Set<String> allowed) {
    return Problem.of(405, "method_not_allowed", "This path does not take this method.")
        .withHeader("Allow", allowed.stream().sorted().collect(Collectors.joining(", ")))
        .toException();
  }

  private static void write(Answer answer, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setStatus(answer.status());
    answer
        .headers()
        .forEach((name, values) -> {
          response.setHeader(name, null); // What another answer said, that the server gave up.
          values.forEach(value -> response.addHeader(name, value));
        });
    if (answer.body().length > 0 && !request.getMethod().equals("HEAD")) {
      response.setContentLength(answer.body().length);
      response.getOutputStream().write(answer.body());
    }
  }
}
