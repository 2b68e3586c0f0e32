package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.spring.ClientAddresses;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemWriter;
import dev.keyledger.kit.web.bounds.FairShare;
import dev.keyledger.kit.web.bounds.Network;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Bounds how many requests that may wait, for the database or until something is in force, have a
 * thread of the server's at once: 503 {@code busy} beyond. The threads left are for decisions,
 * which never wait. Networks share them, so that one takes half of them at most; only the
 * platform's own services, which ask for everybody, may take all.
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
    "/oauth2/revoke",
    "/status-lists/*"
  };

  private static final Problem BUSY =
      Problem.of(503, "busy", "Too many requests are waiting. Try again.")
          .withHeader("Retry-After", "1");

  private final ProblemWriter problems;
  private final ClientAddresses addresses;
  private final FairShare<Network> permits;

  /**
   * @param permits at least 2
   */
  BlockingRequestLimit(ProblemWriter problems, ClientAddresses addresses, int permits) {
    this.problems = problems;
    this.addresses = addresses;
    this.permits = new FairShare<>(permits);
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    var http = (HttpServletRequest) request;
    Network network = Network.of(addresses.of(http));
    boolean admitted =
        http.getRequestURI().startsWith("/internal/")
            ? permits.tryTakeOfAll(network, 1)
            : permits.tryTake(network, 1);
    if (!admitted) {
      problems.write((HttpServletResponse) response, BUSY);
      return;
    }
    try {
      chain.doFilter(request, response);
    } finally {
      permits.giveBack(network, 1);
    }
  }
}
