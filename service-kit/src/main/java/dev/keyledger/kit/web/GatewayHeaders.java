package dev.keyledger.kit.web;

import dev.keyledger.client.TrustedProxies;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway says of a request in headers of its own, and what it alone is told in return.
 * Its word counts from a trusted proxy; a client's own is not heard.
 */
public final class GatewayHeaders {
  /** From the host that was called: one name or several, with commas between. */
  public static final String ENVIRONMENT = "Keyledger-Environment";

  /** The published system whose paths were called. */
  public static final String DIALECT = "Keyledger-Dialect";

  /** Why a credential was refused, for the gateway, which says it in the words of a dialect. */
  public static final String REASON = "Keyledger-Reason";

  /** The reason of a 404: another service may have the path, but this one doesn't. */
  public static final String NO_SUCH_PATH = "no_such_path";

  /** The dialect of a caller of the platform's own paths. */
  public static final String CANONICAL = "canonical";

  private final TrustedProxies proxies;

  public GatewayHeaders(TrustedProxies proxies) {
    this.proxies = proxies;
  }

  /** {@code null} for the canonical one. */
  public @Nullable String dialectOf(HttpServletRequest request) {
    String said = request.getHeader(DIALECT);
    return said == null || said.equals(CANONICAL) || !isHeard(request) ? null : said;
  }

  /** Empty for all. */
  public Set<String> environmentsOf(HttpServletRequest request) {
    String said = request.getHeader(ENVIRONMENT);
    return said == null || !isHeard(request) ? Set.of() : environmentsIn(said);
  }

  /** Never empty, whatever the text: nothing but silence stands for all environments. */
  public static Set<String> environmentsIn(String text) {
    return text.indexOf(',') < 0
        ? Set.of(text.strip())
        : Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The refusal as this request may see it: with its reason for a dialect, and bare otherwise. That
   * a path isn't here is told to a gateway that says that it asks for no dialect.
   */
  public Problem toldTo(HttpServletRequest request, Problem problem) {
    String reason = problem.reason();
    if (reason == null || !isHeard(request)) {
      return problem;
    }
    boolean told =
        reason.equals(NO_SUCH_PATH)
            ? CANONICAL.equals(request.getHeader(DIALECT))
            : dialectOf(request) != null;
    return told ? problem.withHeader(REASON, reason) : problem;
  }

  private boolean isHeard(HttpServletRequest request) {
    return proxies.trusts(request.getRemoteAddr());
  }
}
