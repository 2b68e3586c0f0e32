package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.people.Proofs;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a step of a sign-in came to in its transaction; it is told after the commit. */
sealed interface Step {
  /**
   * @param ended where the session that this one replaces ended
   * @param success what was proven on the way to it, and what that forgives
   */
  record Opened(
      Sessions.Opened session,
      Active active,
      Instant at,
      @Nullable StreamPosition ended,
      Proofs.Success success)
      implements Step {}

  record Due(SecretText challenge) implements Step {}

  /** What was counted on the way to the refusal is committed. */
  record Refused(Supplier<? extends RuntimeException> because) implements Step {}
}
