package dev.keyledger.token.identity.invitations;

import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.database.Batches;
import java.time.Duration;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Takes away invitations that expired long ago, accepted or not. */
@Component
final class InvitationSweep {
  private static final Duration KEPT = Duration.ofDays(30);

  private final InvitationTable table;
  private final AgreedClock clock;

  InvitationSweep(InvitationTable table, AgreedClock clock) {
    this.table = table;
    this.clock = clock;
  }

  @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1H")
  void sweep() {
    Batches.deleteAll(atMost -> table.sweep(clock.instant().minus(KEPT), atMost));
  }
}
