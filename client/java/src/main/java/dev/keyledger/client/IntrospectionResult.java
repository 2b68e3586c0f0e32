package dev.keyledger.client;

import org.jspecify.annotations.Nullable;

/** What token-service says of a credential (RFC 7662, section 2.2, with members of our own). */
public sealed interface IntrospectionResult {
  /**
   * @param position of the organisation that the answer reflects; −1 where it does not say
   * @param addressBound whether another address could have another answer
   */
  record Active(Caller caller, long position, boolean addressBound)
      implements IntrospectionResult {}

  /**
   * @param code why, where the asker may know: {@code revoked}, {@code expired}, {@code
   *     ip_not_allowed}, {@code organization_suspended}
   */
  record Inactive(@Nullable String code) implements IntrospectionResult {}
}
