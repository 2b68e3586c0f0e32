package dev.keyledger.kit.web;

import java.util.Optional;
import java.util.Set;

/**
 * Tells a client's badly encoded parameters from a fault of ours. The servlet API lets the server
 * throw at the first question for a parameter (Servlet 6.1, {@code ServletRequest.getParameter}).
 * The message repeats what was sent, so it is neither answered nor logged.
 */
public final class UnreadableParameters {
  /** By their names: a service that uses the starter runs on one of these servers. */
  private static final Set<String> OF_SERVERS =
      Set.of(
          "org.apache.tomcat.util.http.InvalidParameterException",
          "org.eclipse.jetty.http.BadMessageException",
          "org.eclipse.jetty.http.HttpException$IllegalArgumentException",
          "org.eclipse.jetty.http.HttpException$RuntimeException");

  static final Problem PROBLEM = Problem.of(400, "bad_request", "The parameters cannot be read.");

  private UnreadableParameters() {}

  /** What to answer when a request failed in this way. */
  public static Optional<Problem> problemOf(Exception failure) {
    return OF_SERVERS.contains(failure.getClass().getName())
        ? Optional.of(PROBLEM)
        : Optional.empty();
  }
}
