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
 * which never wait.
 */
final class BlockingRequestLimit implements Filter {
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
  private final Semaphore permits;

  /**
   * @param permits at least 1
   */
  BlockingRequestLimit(ProblemWriter problems, int permits) {
    this.problems = problems;
    this.permits = new Semaphore(permits);
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!permits.tryAcquire()) {
      problems.write((HttpServletResponse) response, BUSY);
      return;
    }
    try {
      chain.doFilter(request, response);
    } finally {
      permits.release();
    }
  }
}
