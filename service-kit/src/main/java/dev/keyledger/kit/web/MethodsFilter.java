package dev.keyledger.kit.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/**
 * Answers {@code OPTIONS} with what is true of a path, to anybody: 204 with {@code Allow}, 404 for
 * one that isn't there. A browser's preflight gets no more: no page of another origin may read what
 * is behind it. {@code TRACE} is refused, which the framework would answer.
 */
final class MethodsFilter extends HttpFilter {
  private final transient PathMethods methods;
  private final transient ProblemWriter problems;
  private final transient GatewayHeaders gateway;

  MethodsFilter(PathMethods methods, ProblemWriter problems, GatewayHeaders gateway) {
    this.methods = methods;
    this.problems = problems;
    this.gateway = gateway;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    boolean asks = request.getMethod().equals("OPTIONS");
    if (!asks && !request.getMethod().equals("TRACE")) {
      chain.doFilter(request, response);
      return;
    }
    Set<String> here = methods.of(request.getRequestURI());
    if (here.isEmpty()) {
      problems.write(response, gateway.toldTo(request, ProblemAdvice.nothingHere()));
    } else if (asks) {
      AllowedMethods.tell(here, response);
    } else {
      problems.write(response, AllowedMethods.refusal(here));
    }
  }
}
