package dev.keyledger.token.enforcement.http;

import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemWriter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * Bounds how many requests that may wait, for the database or until something is in force, have a
 * thread of the server's at once: 503 {@code busy} beyond. The threads left are for decisions,
 * which wait for nobody.
 */
final class WaitingRoom implements Filter {
  /** What uses the database, or waits. */
  static final String[] PATHS = {
    "/v1/sessions",
    "/v1/sessions/*",
    "/v1/me/*",
    "/v1/invitations/*",
    "/internal/v1/*",
    "/v1/tokens",
    "/oauth2/token",
    "/oauth2/revoke"
  };

  private static final Problem BUSY =
      Problem.of(503, "busy", "Too many requests are waiting. Try again.")
          .withHeader("Retry-After", "1");

  private final ProblemWriter problems;
  private final Semaphore places;

  /**
   * @param places at least 1
   */
  WaitingRoom(ProblemWriter problems, int places) {
    this.problems = problems;
    this.places = new Semaphore(places);
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!places.tryAcquire()) {
      problems.write((HttpServletResponse) response, BUSY);
      return;
    }
    try {
      chain.doFilter(request, response);
    } finally {
      places.release();
    }
  }
}
