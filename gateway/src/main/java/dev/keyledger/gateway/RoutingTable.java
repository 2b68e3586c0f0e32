package dev.keyledger.gateway;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which service answers a path. An allow-list: what is not in it is 404, so that nothing internal
 * is ever reached from outside, whatever the services come to offer.
 */
public final class RoutingTable {
  private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE");

  /** Writes to a path are commands; anything else is a read. */
  private static final List<String> COMMANDS_AND_READS = List.of("/v1/organizations/**");

  private static final List<Route> ROUTES =
      List.of(
          new Route("/v1/platform/services/**", Upstream.COMMAND),
          new Route("/v1/platform/persons/**", Upstream.COMMAND),
          new Route("/v1/platform/relay/**", Upstream.COMMAND),
          new Route("/v1/platform/receipts", Upstream.COMMAND),
          new Route("/v1/leaks", Upstream.COMMAND),
          new Route("/v1/platform/rebuilds/**", Upstream.QUERY),
          new Route("/v1/platform/log/**", Upstream.QUERY),
          new Route("/v1/platform/halted-organizations/**", Upstream.QUERY),
          new Route("/v1/platform/unreadable-records/**", Upstream.TOKEN),
          new Route("/v1/log/**", Upstream.QUERY),
          new Route("/v1/sessions/**", Upstream.TOKEN),
          new Route("/v1/invitations/accept", Upstream.TOKEN),
          new Route("/v1/password-resets", Upstream.TOKEN),
          new Route("/v1/password-resets/confirm", Upstream.TOKEN),
          new Route("/v1/me/**", Upstream.TOKEN),
          // Not there but in a demonstration.
          new Route("/v1/demonstration/mail", Upstream.TOKEN),
          new Route("/v1/tokens", Upstream.TOKEN),
          new Route("/v1/keys/verify", Upstream.TOKEN),
          new Route("/v1/authorize", Upstream.TOKEN),
          new Route("/v1/revocations", Upstream.DELIVERY),
          new Route("/v1/ssf/**", Upstream.DELIVERY),
          new Route("/.well-known/ssf-configuration", Upstream.DELIVERY),
          new Route("/.well-known/ssf-jwks.json", Upstream.DELIVERY),
          new Route("/status-lists/**", Upstream.TOKEN),
          new Route("/oauth2/token", Upstream.TOKEN),
          new Route("/oauth2/introspect", Upstream.TOKEN),
          new Route("/oauth2/revoke", Upstream.TOKEN),
          new Route("/.well-known/oauth-authorization-server", Upstream.TOKEN),
          new Route("/.well-known/openid-configuration", Upstream.TOKEN),
          new Route("/.well-known/jwks.json", Upstream.TOKEN));

  /** What became of a subscription's messages, which stands below what the ledger says of it. */
  private static final Pattern DELIVERIES =
      Pattern.compile(
          "/v1/organizations/[^/]+/subscriptions/[^/]+/(?:deliveries(?:/.*)?|replay|test|progress)");

  /** What happens, as it happens, which stands below what happened. */
  private static final Pattern EVENT_STREAM =
      Pattern.compile("/v1/organizations/[^/]+/events/stream");

  private record Route(String pattern, Upstream upstream) {}

  private RoutingTable() {}

  /**
   * @param method in capitals
   * @param path as it stands in the request line, without the query
   */
  public static Optional<Upstream> find(String method, String path) {
    if (DELIVERIES.matcher(path).matches() || EVENT_STREAM.matcher(path).matches()) {
      return Optional.of(Upstream.DELIVERY);
    }
    if (COMMANDS_AND_READS.stream().anyMatch(pattern -> matches(pattern, path))) {
      return Optional.of(WRITES.contains(method) ? Upstream.COMMAND : Upstream.QUERY);
    }
    return ROUTES.stream()
        .filter(route -> matches(route.pattern(), path))
        .map(Route::upstream)
        .findFirst();
  }

  /**
   * The other service that may have the path, where two share it: what is true of one alone isn't
   * true of the path.
   *
   * @param asked by its method
   */
  static Optional<Upstream> besides(Upstream asked, String path) {
    return asked != Upstream.DELIVERY
            && COMMANDS_AND_READS.stream().anyMatch(pattern -> matches(pattern, path))
        ? Optional.of(asked == Upstream.COMMAND ? Upstream.QUERY : Upstream.COMMAND)
        : Optional.empty();
  }

  /** The paths that stand there by themselves. */
  static Set<String> exactPaths() {
    return ROUTES.stream()
        .map(Route::pattern)
        .filter(pattern -> !pattern.endsWith("/**"))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean matches(String pattern, String path) {
    if (!pattern.endsWith("/**")) {
      return pattern.equals(path);
    }
    String base = pattern.substring(0, pattern.length() - 3);
    return path.equals(base) || path.startsWith(base + "/");
  }
}
