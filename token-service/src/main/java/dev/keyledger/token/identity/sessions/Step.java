package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.people.Factor;
import java.time.Instant;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a step of a sign-in came to in its transaction; it is told after the commit. */
sealed interface Step {
  /**
   * @param ended where the session that this one replaces ended
   * @param proven on the way to it, which forgives what was counted of the same and nothing else
   */
  record Opened(
      Sessions.Opened session,
      Active active,
      Instant at,
      @Nullable StreamPosition ended,
      Set<Factor> proven)
      implements Step {}

  record Due(SecretText challenge) implements Step {}

  /** What was counted on the way to the refusal is committed. */
  record Refused(Supplier<ProblemException> because) implements Step {}
}
