package dev.keyledger.subscriber;

import dev.keyledger.subscriber.verify.Credential;
import org.jspecify.annotations.Nullable;

/** Finds out who stands behind what a request presents. */
@FunctionalInterface
public interface Authenticator {
  /**
   * @param address of the client
   * @param environment that the request's host belongs to; {@code null} where a host takes all
   * @throws ProblemException 401 for a credential that is not good here, 403 where an address or a
   *     suspension forbids it, 503 {@code not_fresh} when nobody can tell now
   */
  Caller authenticate(Credential credential, String address, @Nullable String environment);
}
