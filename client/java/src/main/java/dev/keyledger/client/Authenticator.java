package dev.keyledger.client;

/** Finds out who stands behind what a request presents. */
@FunctionalInterface
public interface Authenticator {
  /**
   * @throws AccessRefusedException 401 for a credential that is not good here, 403 where an address
   *     or a suspension forbids it, 503 {@code not_fresh} when it cannot be told now
   */
  Caller authenticate(Credential credential, RequestContext presented);
}
