package dev.keyledger.client;

import dev.keyledger.events.credential.SecretText;

/** Tells of any credential what it is worth now, since it asks where that is known. */
@FunctionalInterface
public interface Introspector {
  /**
   * @param address of the client that presented it
   * @throws UnavailableException when there is no answer in time, or none that can be relied on
   */
  IntrospectionResult introspect(SecretText credential, String address);
}
