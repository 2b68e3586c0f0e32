package dev.keyledger.gateway;

import dev.keyledger.kit.web.LocalHosts;
import dev.keyledger.kit.web.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.springframework.http.HttpHeaders;

/**
 * Refuses what carries a credential, or may have one in its body, when it came by plain HTTP, so
 * that a client which is set up wrongly fails at its first request rather than never.
 */
final class CredentialsOverHttps {
  private static final List<String> CREDENTIALS =
      List.of(HttpHeaders.AUTHORIZATION, "X-Api-Key", HttpHeaders.COOKIE);

  /** Without a body that would mean anything. */
  private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

  private static final Problem HTTPS_REQUIRED =
      Problem.of(
          400,
          "https_required",
          "Credentials are taken over HTTPS alone. Replace any that this request carried.");

  private final boolean required;

  CredentialsOverHttps(boolean required) {
    this.required = required;
  }

  /**
   * @param carries whether the request has a header of that name
   * @param outgoing what {@link OutgoingHeaders} makes of the request, and with it the word of a
   *     trusted proxy
   */
  Optional<Problem> refusalOf(String method, Predicate<String> carries, HttpHeaders outgoing) {
    return required && mayCarryCredential(method, carries) && !travelsSafely(outgoing)
        ? Optional.of(HTTPS_REQUIRED)
        : Optional.empty();
  }

  private static boolean mayCarryCredential(String method, Predicate<String> carries) {
    return !READS.contains(method) || CREDENTIALS.stream().anyMatch(carries);
  }

  private static boolean travelsSafely(HttpHeaders outgoing) {
    String scheme = String.valueOf(outgoing.getFirst("X-Forwarded-Proto"));
    String host = String.valueOf(outgoing.getFirst("X-Forwarded-Host"));
    return scheme.toLowerCase(Locale.ROOT).equals("https") || LocalHosts.contains(host);
  }
}
