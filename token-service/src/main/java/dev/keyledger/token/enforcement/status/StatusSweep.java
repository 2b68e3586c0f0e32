package dev.keyledger.token.enforcement.status;

import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.token.enforcement.access.AccessSettings;
import java.time.Instant;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Deletes what is listed of tokens that no clock can think alive any more. */
@Component
final class StatusSweep {
  private static final int MOST_PORTIONS = 50;

  private final StatusTable table;
  private final AgreedClock clock;
  private final AccessSettings settings;

  StatusSweep(StatusTable table, AgreedClock clock, AccessSettings settings) {
    this.table = table;
    this.clock = clock;
    this.settings = settings;
  }

  @Scheduled(initialDelayString = "PT5M", fixedDelayString = "PT5M")
  void sweep() {
    Instant before = clock.instant().minus(settings.access().margin());
    // In portions, so that no transaction is long, and not for ever: other sweeps wait.
    for (int i = 0; i < MOST_PORTIONS && !StatusTable.isAll(table.forgetSomeBefore(before)); i++) {}
  }
}
