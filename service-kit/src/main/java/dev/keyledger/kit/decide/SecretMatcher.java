package dev.keyledger.kit.decide;

import dev.keyledger.events.credential.KeySecret;
import org.jspecify.annotations.Nullable;

/** Which secret of which key a presented one is: known only where the verifiers are. */
@FunctionalInterface
public interface SecretMatcher {
  /**
   * @return {@code null} where it is none that is known
   */
  @Nullable SecretFacts match(KeySecret presented);
}
