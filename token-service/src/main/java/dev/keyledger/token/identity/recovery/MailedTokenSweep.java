package dev.keyledger.token.identity.recovery;

import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.database.Batches;
import java.time.Instant;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Takes away mailed tokens that have expired. */
@Component
final class MailedTokenSweep {
  private final MailedTokens tokens;
  private final AgreedClock clock;

  MailedTokenSweep(MailedTokens tokens, AgreedClock clock) {
    this.tokens = tokens;
    this.clock = clock;
  }

  @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT10M")
  void sweep() {
    Instant now = clock.instant();
    Batches.deleteAll(atMost -> tokens.sweep(now, atMost));
  }
}
