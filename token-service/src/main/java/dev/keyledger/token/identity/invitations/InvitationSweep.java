package dev.keyledger.token.identity.invitations;

import java.time.Clock;
import java.time.Duration;
import org.springframework.scheduling.annotation.Scheduled;

/** Takes away invitations that expired long ago, accepted or not. */
final class InvitationSweep {
  private static final Duration KEPT = Duration.ofDays(30);

  private final InvitationTable table;
  private final Clock clock;

  InvitationSweep(InvitationTable table, Clock clock) {
    this.table = table;
    this.clock = clock;
  }

  @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1H")
  void sweep() {
    table.sweep(clock.instant().minus(KEPT));
  }
}
