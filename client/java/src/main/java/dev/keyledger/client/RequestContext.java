package dev.keyledger.client;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a credential was presented, as far as that bounds what is accepted.
 *
 * @param address of the client, as seen through configured proxies; empty where it is unknown,
 *     which satisfies no allowlist
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

  /** Whether a credential of this environment may be presented here. */
  public boolean takes(String environment) {
    return environments.isEmpty() || environments.contains(environment);
  }
}
