package dev.keyledger.gateway;

import dev.keyledger.kit.web.Problem;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;

/**
 * What the client is told when a service could not be asked, or their own body could not be read.
 */
public final class UpstreamFailures {
  private static final Logger log = LoggerFactory.getLogger(UpstreamFailures.class);

  private UpstreamFailures() {}

  public static Problem problemOf(Throwable failure, Upstream upstream) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      switch (e) {
        case ConnectTimeoutException away -> {
          return unavailable(upstream, away);
        }
        case SocketTimeoutException silent -> {
          return late(upstream);
        }
        default -> {}
      }
    }
    if (failure instanceof RestClientException || failure instanceof JacksonException) {
      return unavailable(upstream, failure);
    }
    log.error("Forwarding to {} failed unexpectedly", upstream, failure);
    return Problem.of(500, "internal", "Something went wrong on our side.");
  }

  /**
   * @param begun whether there was a connection by then
   */
  static Problem problemOf(Throwable failure, boolean begun, Upstream upstream) {
    return begun && failure instanceof TimeoutException
        ? late(upstream)
        : unavailable(upstream, failure);
  }

  private static Problem late(Upstream upstream) {
    log.warn("{} did not answer in time", upstream);
    return Problem.of(504, "upstream_timeout", "The service did not answer in time.");
  }

  private static Problem unavailable(Upstream upstream, Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    log.warn("{} cannot be reached: {}", upstream, cause.getClass().getSimpleName());
    return Problem.of(503, "upstream_unavailable", "The service cannot be reached now.")
        .withHeader("Retry-After", "1");
  }
}
