package dev.keyledger.gateway;

import dev.keyledger.kit.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.http.HttpHeaders;

/**
 * What is asked of every request, whichever path it is for: that it is for a host that is listed,
 * and that its credential came safely; each where the settings say so.
 */
public final class Admission {
  private static final Problem UNKNOWN_HOST =
      Problem.of(400, "unknown_host", "This host is none of ours.");

  private final Optional<HostEnvironments> listed;
  private final CredentialsOverHttps https;

  /**
   * @param listed outside of which no host is served; none for any host
   */
  Admission(Optional<HostEnvironments> listed, CredentialsOverHttps https) {
    this.listed = listed;
    this.https = https;
  }

  /**
   * @param outgoing what {@link OutgoingHeaders} makes of the request, and with it the word of a
   *     trusted proxy
   */
  public Optional<Problem> refusalOf(HttpServletRequest request, HttpHeaders outgoing) {
    return refusalOf(request.getMethod(), name -> request.getHeader(name) != null, outgoing);
  }

  /**
   * @param carries whether the request has a header of that name
   */
  Optional<Problem> refusalOf(String method, Predicate<String> carries, HttpHeaders outgoing) {
    String host = String.valueOf(outgoing.getFirst("X-Forwarded-Host"));
    return listed.isPresent() && !listed.get().has(host)
        ? Optional.of(UNKNOWN_HOST)
        : https.refusalOf(method, carries, outgoing);
  }
}
