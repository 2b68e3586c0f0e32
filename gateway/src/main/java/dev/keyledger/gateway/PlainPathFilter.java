package dev.keyledger.gateway;

import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses a path that two servers could read in two ways: dot segments, doubled slashes, path
 * parameters, encoded separators. None of our paths needs them, and a service behind us might take
 * one for a path that we would never have routed.
 */
public final class PlainPathFilter extends OncePerRequestFilter {
  private static final Pattern AMBIGUOUS =
      Pattern.compile(
          "//|/\\.{1,2}(?=/|$)|[;\\\\\\x00-\\x1f\\x7f]|%(?:2e|2f|5c|3b|25|[01][0-9a-f]|7f)",
          Pattern.CASE_INSENSITIVE);

  private final ProblemWriter problems;

  PlainPathFilter(ProblemWriter problems) {
    this.problems = problems;
  }

  public static boolean isPlain(String path) {
    return !AMBIGUOUS.matcher(path).find();
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (isPlain(request.getRequestURI())) {
      chain.doFilter(new QueryParametersOnly(request), response);
    } else {
      problems.write(response, Problem.of(400, "bad_request", "The path is ambiguous."));
    }
  }
}
