package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.RequestContext;
import dev.keyledger.client.TrustedProxies;
import dev.keyledger.client.spring.ClientAddresses;
import dev.keyledger.kit.web.GatewayHeaders;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Where a request presents its credential. Address, host, environment and dialect as a proxy tells
 * them count only from a configured one; any other client is where its connection comes from.
 */
final class RequestContextReader {
  private static final int REMEMBERED = 64;

  private final ClientAddresses addresses;
  private final TrustedProxies proxies;
  private final Map<String, Set<String>> environmentsByHost;

  // What proxies say of their hosts is the same few texts over and over.
  private final ConcurrentHashMap<String, Set<String>> said = new ConcurrentHashMap<>();

  /**
   * @param environmentsByHost hosts, without port, that take one environment's credentials alone,
   *     or those of several with commas between
   */
  RequestContextReader(
      ClientAddresses addresses, TrustedProxies proxies, Map<String, String> environmentsByHost) {
    this.addresses = addresses;
    this.proxies = proxies;
    this.environmentsByHost =
        environmentsByHost.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, e -> GatewayHeaders.environmentsIn(e.getValue())));
  }

  RequestContext of(HttpServletRequest request) {
    boolean proxied = proxies.trusts(request.getRemoteAddr());
    String dialect = proxied ? request.getHeader(GatewayHeaders.DIALECT) : null;
    return new RequestContext(
        addresses.of(request),
        environmentsOf(request, proxied),
        GatewayHeaders.CANONICAL.equals(dialect) ? null : dialect);
  }

  private Set<String> environmentsOf(HttpServletRequest request, boolean proxied) {
    String told = proxied ? request.getHeader(GatewayHeaders.ENVIRONMENT) : null;
    if (told != null) {
      return environmentsIn(told);
    }
    if (environmentsByHost.isEmpty()) {
      return Set.of();
    }
    String forwarded = proxied ? request.getHeader("X-Forwarded-Host") : null;
    return environmentsByHost.getOrDefault(
        bare(forwarded == null ? request.getServerName() : forwarded), Set.of());
  }

  private Set<String> environmentsIn(String text) {
    Set<String> known = said.get(text);
    if (known != null) {
      return known;
    }
    Set<String> environments = GatewayHeaders.environmentsIn(text);
    if (said.size() < REMEMBERED) {
      said.put(text, environments);
    }
    return environments;
  }

  // The proxy nearest to us wrote the last of several; a port is no part of the name, and a name
  // with the root's dot is the same name.
  private static String bare(String host) {
    String last = host.substring(host.lastIndexOf(',') + 1).strip();
    int colon = last.lastIndexOf(':');
    boolean hasPort = colon > 0 && last.indexOf(']', colon) < 0;
    String name = hasPort ? last.substring(0, colon) : last;
    String relative = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return relative.toLowerCase(Locale.ROOT);
  }
}
