package dev.keyledger.kit.web;

import java.util.Optional;

/**
 * Tells a client's badly encoded parameters from a fault of ours. The servlet API lets the server
 * throw at the first question for a parameter (Servlet 6.1, {@code ServletRequest.getParameter}).
 * The message repeats what was sent, so it is neither answered nor logged.
 */
public final class UnreadableParameters {
  /** By its name: a service that uses the starter may run on another server. */
  private static final String OF_TOMCAT = "org.apache.tomcat.util.http.InvalidParameterException";

  private UnreadableParameters() {}

  /** What to answer when a request failed in this way. */
  public static Optional<Problem> problemOf(Exception failure) {
    return failure.getClass().getName().equals(OF_TOMCAT)
        ? Optional.of(Problem.of(400, "bad_request", "The parameters cannot be read."))
        : Optional.empty();
  }
}
