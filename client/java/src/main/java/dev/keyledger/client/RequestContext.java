package dev.keyledger.client;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a credential was presented.
 *
 * @param address of the client, as seen through configured proxies
 * @param environments that the request's host stands for; empty where it takes all
 * @param dialect the published system that the request was translated from; {@code null} for none
 */
public record RequestContext(String address, Set<String> environments, @Nullable String dialect) {
  public RequestContext {
    environments = Set.copyOf(environments);
  }

  public static RequestContext from(String address) {
    return new RequestContext(address, Set.of(), null);
  }
}
