package dev.keyledger.client;

import dev.keyledger.events.credential.SecretText;

/** Somebody who can tell of any credential what it is worth now. */
@FunctionalInterface
public interface Introspector {
  /**
   * @param address of the client that presented it
   * @throws UnavailableException when there is no answer in time, or none that can be relied on
   */
  IntrospectionResult introspect(SecretText credential, String address);
}
