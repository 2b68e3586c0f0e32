package dev.keyledger.query.log;

import dev.keyledger.query.rounds.BackgroundRounds;
import dev.keyledger.query.versions.AppliedListener;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Has everything signed that was applied, soon after it was: once in an interval at most, and now
 * and then for what another replica applied and left.
 */
@Component
final class SigningRounds extends BackgroundRounds implements AppliedListener {
  private static final Duration OTHERS = Duration.ofSeconds(5);

  private final Checkpoints checkpoints;

  SigningRounds(Checkpoints checkpoints, LogSettings settings) {
    super("checkpoints", "checkpoints cannot be signed", OTHERS, settings.checkpointInterval());
    this.checkpoints = checkpoints;
  }

  @Override
  public void applied(int events) {
    due();
  }

  @Override
  protected void round() {
    while (goesOn() && checkpoints.sign(Optional.empty())) {
      // There may be more.
    }
  }
}
