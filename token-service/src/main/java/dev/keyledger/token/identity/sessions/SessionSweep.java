package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.policy.Refresh;
import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.database.Batches;
import java.time.Duration;
import java.time.Instant;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Takes away families, challenges and ended tokens that have been over for long. */
@Component
final class SessionSweep {
  // A dead token that comes back within this still counts as reuse rather than as unknown.
  private static final Duration KEPT = Duration.ofDays(1);

  private final SessionTable table;
  private final RefreshTokenTable refreshTokens;
  private final Challenges challenges;
  private final AgreedClock clock;

  SessionSweep(
      SessionTable table,
      RefreshTokenTable refreshTokens,
      Challenges challenges,
      AgreedClock clock) {
    this.table = table;
    this.refreshTokens = refreshTokens;
    this.challenges = challenges;
    this.clock = clock;
  }

  @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT5M")
  void sweep() {
    Instant now = clock.instant();
    Batches.deleteAll(atMost -> challenges.sweep(now, atMost));
    Batches.deleteAll(atMost -> table.sweep(now.minus(KEPT), atMost));
    Batches.deleteAll(atMost -> refreshTokens.sweepUsed(now.minus(KEPT), atMost));
    Batches.deleteAll(
        atMost -> refreshTokens.sweepSuccessors(now.minus(Refresh.LONGEST_REUSE_INTERVAL), atMost));
    Batches.deleteAll(atMost -> table.sweepEndedTokens(now.minus(KEPT), atMost));
  }
}
