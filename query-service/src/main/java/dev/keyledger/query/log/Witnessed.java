package dev.keyledger.query.log;

import dev.keyledger.events.policy.WitnessRules;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.web.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Which checkpoint is given to who asks: one that as many witnesses have cosigned as are required.
 */
@Component
class Witnessed {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final LogSettings settings;
  private final Cosignatures cosignatures;
  private final OwnWitnesses own;

  Witnessed(LogSettings settings, Cosignatures cosignatures, OwnWitnesses own) {
    this.settings = settings;
    this.cosignatures = cosignatures;
    this.own = own;
  }

  /**
   * Waits up to five seconds for the witnesses, where they are required.
   *
   * @param size that it has at least
   * @param signed by the log, given as it is where no witness is required
   * @param rules of the organisation's policy; {@code null} where it has none of its own
   * @throws dev.keyledger.kit.web.ProblemException 503 {@code not_witnessed}
   */
  SignedNote given(UUID log, long size, SignedNote signed, @Nullable WitnessRules rules) {
    return rules == null
        ? byTheOperators(log, size, signed)
        : awaited(() -> own.countersigned(log, size, rules));
  }

  /**
   * What the organisation's own are to cosign, which those of the operator have.
   *
   * @throws dev.keyledger.kit.web.ProblemException 503 {@code not_witnessed}
   */
  SignedNote offered(UUID log, long size, SignedNote signed, WitnessRules rules) {
    return own.offered(log, rules, byTheOperators(log, size, signed));
  }

  private SignedNote byTheOperators(UUID log, long size, SignedNote signed) {
    return settings.requiredWitnesses() == 0
        ? asFarAsCosigned(log, signed)
        : awaited(() -> cosignatures.witnessed(log, size));
  }

  private static SignedNote awaited(Supplier<Optional<SignedNote>> looked) {
    try {
      long end = System.nanoTime() + PATIENCE.toNanos();
      Optional<SignedNote> witnessed = looked.get();
      while (witnessed.isEmpty() && System.nanoTime() - end < 0) {
        Thread.sleep(LOOK);
        witnessed = looked.get();
      }
      return witnessed.orElseThrow(Witnessed::notWitnessed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notWitnessed();
    }
  }

  /**
   * The platform's, which organisations' policies say nothing of.
   *
   * @throws dev.keyledger.kit.web.ProblemException 503 {@code not_witnessed}
   */
  SignedNote given(SignedNote platform) {
    return byTheOperators(
        Cosignatures.PLATFORM, Checkpoint.parse(platform.text()).size(), platform);
  }

  /** The platform's, with the signatures that it has. */
  SignedNote asFarAsCosigned(SignedNote platform) {
    return asFarAsCosigned(Cosignatures.PLATFORM, platform);
  }

  private SignedNote asFarAsCosigned(UUID log, SignedNote signed) {
    if (settings.witnesses().isEmpty()) {
      return signed;
    }
    return cosignatures
        .witnessed(log, Checkpoint.parse(signed.text()).size())
        .filter(note -> note.text().equals(signed.text()))
        .orElse(signed);
  }

  private static RuntimeException notWitnessed() {
    return Problem.of(
            503, "not_witnessed", "Fewer witnesses than are required have cosigned it so far.")
        .withHeader("Retry-After", "5")
        .toException();
  }
}
