package dev.keyledger.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What token-service says of a credential (RFC 7662, section 2.2, with members of our own). */
public sealed interface IntrospectionResult {
  /**
   * @param position of the organisation that the answer reflects; −1 where it does not say
   * @param addressBound whether another address could have another answer
   * @param until first instant at which it no longer holds, to the second, by what token-service
   *     knew; {@code null} where it has no end
   */
  record Active(Caller caller, long position, boolean addressBound, @Nullable Instant until)
      implements IntrospectionResult {}

  /**
   * @param code why, where the asker may know: {@code revoked}, {@code expired}, {@code
   *     ip_not_allowed}, {@code organization_suspended}
   */
  record Inactive(@Nullable String code) implements IntrospectionResult {}
}
