package dev.keyledger.client.spring;

import dev.keyledger.client.TrustedProxies;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;

/** The address a request came from, as seen through the configured proxies. */
public final class ClientAddresses {
  private final TrustedProxies proxies;

  public ClientAddresses(TrustedProxies proxies) {
    this.proxies = proxies;
  }

  public String of(HttpServletRequest request) {
    return proxies.clientOf(
        request.getRemoteAddr(), Collections.list(request.getHeaders("X-Forwarded-For")));
  }
}
