package dev.keyledger.token.http;

import dev.keyledger.subscriber.TrustedProxies;
import dev.keyledger.subscriber.web.ClientAddresses;
import dev.keyledger.token.decide.Place;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a request presents its credential. Address, host, environment and dialect as a proxy tells
 * them count only from a configured one; anybody else is where their connection comes from.
 */
public final class Places {
  /** Set by the gateway from the host that it was called by. */
  static final String ENVIRONMENT_HEADER = "Keyledger-Environment";

  /** Set by the gateway: the published system whose paths were called. */
  static final String DIALECT_HEADER = "Keyledger-Dialect";

  static final String CANONICAL = "canonical";

  private final ClientAddresses addresses;
  private final TrustedProxies proxies;
  private final Map<String, String> environmentsByHost;

  /**
   * @param environmentsByHost hosts, without port, that take one environment's credentials alone
   */
  public Places(
      ClientAddresses addresses, TrustedProxies proxies, Map<String, String> environmentsByHost) {
    this.addresses = addresses;
    this.proxies = proxies;
    this.environmentsByHost = Map.copyOf(environmentsByHost);
  }

  Place of(HttpServletRequest request) {
    boolean proxied = proxies.trusts(request.getRemoteAddr());
    String dialect = proxied ? request.getHeader(DIALECT_HEADER) : null;
    return new Place(
        CANONICAL.equals(dialect) ? null : dialect,
        environmentOf(request, proxied),
        addresses.of(request));
  }

  private @Nullable String environmentOf(HttpServletRequest request, boolean proxied) {
    String told = proxied ? request.getHeader(ENVIRONMENT_HEADER) : null;
    if (told != null || environmentsByHost.isEmpty()) {
      return told;
    }
    String forwarded = proxied ? request.getHeader("X-Forwarded-Host") : null;
    return environmentsByHost.get(bare(forwarded == null ? request.getServerName() : forwarded));
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
