package dev.keyledger.token.enforcement.http;

import dev.keyledger.events.policy.Refresh;
import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.token.enforcement.refresh.KeyRefreshTokens;
import java.time.Duration;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Deletes refresh families and dead tokens a day after their end, hourly. */
@Component
final class RefreshSweep {
  private static final Duration KEPT = Duration.ofDays(1);

  private final KeyRefreshTokens refreshTokens;
  private final AgreedClock clock;

  RefreshSweep(KeyRefreshTokens refreshTokens, AgreedClock clock) {
    this.refreshTokens = refreshTokens;
    this.clock = clock;
  }

  @Scheduled(initialDelayString = "PT10M", fixedDelayString = "PT1H")
  void sweep() {
    refreshTokens.forgetBefore(clock.instant().minus(KEPT));
  }

  /** Answers that no retry gets any more are no use to anybody. */
  @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1M")
  void sweepSuccessors() {
    refreshTokens.forgetSuccessorsBefore(clock.instant().minus(Refresh.LONGEST_REUSE_INTERVAL));
  }
}
